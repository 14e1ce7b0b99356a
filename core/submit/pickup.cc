// One file after the other, each through a session of its own.
#include "core/submit/pickup.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/delivery/services.h"
#include "core/mime/card.h"
#include "core/smtp/header_scan.h"
#include "core/submit/dialogue.h"
#include "core/submit/letter.h"
#include "core/submit/local_session.h"

namespace mailctl::submit {
namespace {

constexpr std::string_view kEnding = ".eml";
constexpr std::size_t kPieceOctets = 64 * 1024;
constexpr std::size_t kMostTold = 10'000;

class File {
public:
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
    {
        error_ = descriptor_ < 0 ? errno : 0;
        if (descriptor_ >= 0 && ::fstat(descriptor_, &about_) != 0)
            error_ = errno;
    }
    ~File()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool is_open() const { return descriptor_ >= 0 && error_ == 0; }
    bool is_regular() const { return S_ISREG(about_.st_mode); }
    int error() const { return error_; }
    const struct stat& about() const { return about_; }

    /// Empty: the end, or an error.
    std::string read()
    {
        std::string piece(kPieceOctets, '\0');
        ssize_t got = 0;
        do
            got = ::read(descriptor_, piece.data(), piece.size());
        while (got < 0 && errno == EINTR);
        error_ = got < 0 ? errno : 0;
        piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return piece;
    }

private:
    int descriptor_ = -1;
    int error_ = 0;
    struct stat about_ {};
};

std::string delivery_id_of(const std::string& name, const struct stat& about)
{
    const std::string identity = name + '\0' + std::to_string(about.st_ino) + '\0' +
                                 std::to_string(about.st_size) + '\0' +
                                 std::to_string(about.st_mtim.tv_sec) + '.' +
                                 std::to_string(about.st_mtim.tv_nsec);
    return "p" + crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, identity)).substr(0, 24);
}

/// Sorted, so that what was written first under counting names goes first.
std::vector<std::string> files_of(const std::string& folder)
{
    std::vector<std::string> names;
    DIR* directory = ::opendir(folder.c_str());
    if (!directory) {
        log::warn("delivery", "pickup folder", {{"folder", folder}, {"why", std::strerror(errno)}});
        return names;
    }
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        if (name.ends_with(kEnding) && !name.starts_with('.'))
            names.emplace_back(name);
    }
    ::closedir(directory);
    std::sort(names.begin(), names.end());
    return names;
}

enum class Outcome { Sent, SentInPart, Bad, Later };

/// One file on its way through one session.
class Sending {
public:
    Sending(File& file, std::string name, bool told, Dialogue& dialogue,
            boost::asio::any_io_executor executor, std::string domain)
        : file_(file), name_(std::move(name)), told_(told), dialogue_(dialogue), executor_(std::move(executor)),
          domain_(std::move(domain))
    {
    }

    Outcome run()
    {
        if (!read_header())
            return Outcome::Later;
        if (!envelope_known_)
            return Outcome::Bad;
        Answer answer = wait(dialogue_.hello("localhost"));
        if (answer.is_ok())
            answer = wait(dialogue_.mail(envelope_));
        if (!answer.is_ok())
            return failed(answer, envelope_.sender);
        const Outcome recipients = say_recipients();
        if (recipients == Outcome::Bad || recipients == Outcome::Later)
            return recipients;
        const Outcome body = send_body();
        return body == Outcome::Sent ? recipients : body;
    }

private:
    Answer wait(Awaitable<Answer> work)
    {
        return boost::asio::co_spawn(executor_, std::move(work), boost::asio::use_future).get();
    }

    Outcome failed(const Answer& answer, const std::string& what)
    {
        const bool again = answer.is_temporary() && told_;
        log::write(again ? log::Level::Debug : log::Level::Warn, "delivery",
                   answer.is_temporary() ? "pickup put off" : "pickup refused",
                   {{"file", name_}, {"what", what}, {"reply", answer.text}});
        return answer.is_temporary() ? Outcome::Later : Outcome::Bad;
    }

    bool read_more()
    {
        const std::string piece = file_.read();
        ends_.feed(piece, text_);
        if (piece.empty())
            ends_.finish(text_);
        return !piece.empty();
    }

    /// False: the file cannot be read now.
    bool read_header()
    {
        while (smtp::find_header_end(text_, 0) == std::string::npos &&
               text_.size() < mime::kMaxHeaderOctets && read_more()) {
        }
        if (file_.error() != 0)
            return false;
        HeaderWishes wishes;
        wishes.domain = domain_;
        wishes.pickup = true;
        auto prepared = prepare_header(text_, wishes);
        envelope_known_ = prepared.author && !prepared.recipients.empty();
        if (!envelope_known_)
            log::warn("delivery", "pickup refused",
                      {{"file", name_},
                       {"why", prepared.author ? "it names no recipient" : "it names no sender"}});
        envelope_.sender = prepared.author.value_or("");
        envelope_.recipients = std::move(prepared.recipients);
        text_ = std::move(prepared.header);
        text_ += prepared.rest;
        const auto is_high = [](char c) { return static_cast<unsigned char>(c) > 127; };
        const auto end = std::min(smtp::find_header_end(text_, 0), text_.size());
        envelope_.utf8 = std::any_of(text_.begin(),
                                     text_.begin() + static_cast<std::ptrdiff_t>(end), is_high);
        return true;
    }

    Outcome say_recipients()
    {
        std::size_t accepted = 0;
        for (const auto& recipient : envelope_.recipients) {
            const Answer answer = wait(dialogue_.rcpt(recipient));
            accepted += answer.is_ok() ? 1 : 0;
            if (!answer.is_ok() && failed(answer, recipient) == Outcome::Later)
                return Outcome::Later; // all of it, so that nobody gets it twice
        }
        if (accepted == 0)
            return Outcome::Bad;
        return accepted < envelope_.recipients.size() ? Outcome::SentInPart : Outcome::Sent;
    }

    Outcome send_body()
    {
        for (bool more = true; more;) {
            while (text_.size() < kPieceOctets && (more = read_more())) {
            }
            if (file_.error() != 0)
                return Outcome::Later;
            const Answer answer = wait(dialogue_.put(std::exchange(text_, {})));
            if (!answer.is_ok())
                return failed(answer, "message");
        }
        const Answer answer = wait(dialogue_.finish());
        return answer.is_ok() ? Outcome::Sent : failed(answer, "message");
    }

    File& file_;
    std::string name_;
    bool told_; ///< in the log, that it has to wait
    Dialogue& dialogue_;
    boost::asio::any_io_executor executor_;
    std::string domain_;
    LineEnds ends_{false};
    std::string text_;
    Envelope envelope_;
    bool envelope_known_ = false;
};

} // namespace

struct PickupFolder::State {
    std::string folder;
    boost::asio::any_io_executor executor;
    std::set<std::string> sent; ///< delivery ids of files that could not be erased
    std::set<std::string> told; ///< names of files that wait

    Outcome send(const std::string& name, File& file, const std::string& id,
                 const std::shared_ptr<const delivery::Services>& services)
    {
        auto session = open_local_session(executor, services, smtp::LocalCaller{id});
        const auto strand = session.stream->executor();
        Outcome outcome = Outcome::Later;
        {
            Dialogue dialogue(std::move(session.stream));
            Sending sending(file, name, told.contains(name), dialogue, strand, local_domain(*services));
            outcome = sending.run();
            boost::asio::co_spawn(strand, dialogue.quit(), boost::asio::use_future).get();
        }
        session.ended.get();
        return outcome;
    }

    void set_aside(const std::string& path)
    {
        if (::rename(path.c_str(), (path + ".bad").c_str()) != 0)
            log::error("delivery", "pickup cannot rename",
                       {{"file", path}, {"why", std::strerror(errno)}});
    }

    void erase(const std::string& path, const std::string& id)
    {
        if (::unlink(path.c_str()) == 0 || errno == ENOENT) {
            sent.erase(id);
            return;
        }
        if (sent.insert(id).second)
            log::error("delivery", "pickup cannot erase",
                       {{"file", path}, {"why", std::strerror(errno)}});
    }

    void take(const std::string& name, const std::shared_ptr<const delivery::Services>& services,
              PickedUp& out)
    {
        const std::string path = folder + '/' + name;
        File file(path);
        if (!file.is_open() && file.error() == ENOENT)
            return;
        const std::string id = delivery_id_of(name, file.about());
        Outcome outcome = Outcome::Later;
        if (sent.contains(id))
            outcome = Outcome::Sent;
        else if (!file.is_open() && !told.contains(name))
            log::warn("delivery", "pickup put off",
                      {{"file", name}, {"why", std::strerror(file.error())}});
        else if (!file.is_open())
            outcome = Outcome::Later;
        else if (!file.is_regular())
            outcome = Outcome::Bad;
        else
            outcome = send(name, file, id, services);
        if (outcome == Outcome::Later && told.size() < kMostTold)
            told.insert(name);
        else if (outcome != Outcome::Later)
            told.erase(name);
        switch (outcome) {
        case Outcome::Sent:
            erase(path, id);
            ++out.sent;
            break;
        case Outcome::SentInPart: // somebody has to look whom it did not reach
            set_aside(path);
            ++out.sent;
            break;
        case Outcome::Bad:
            set_aside(path);
            ++out.bad;
            break;
        case Outcome::Later: ++out.later; break;
        }
    }
};

PickupFolder::PickupFolder(std::string folder, boost::asio::any_io_executor executor)
    : state_(std::make_unique<State>(State{std::move(folder), std::move(executor), {}, {}}))
{
}

PickupFolder::~PickupFolder() = default;

PickedUp PickupFolder::look(const std::shared_ptr<const delivery::Services>& services,
                            const std::function<bool()>& stops)
{
    PickedUp out;
    for (const std::string& name : files_of(state_->folder)) {
        if (stops())
            break;
        state_->take(name, services, out);
    }
    return out;
}

std::string local_domain(const delivery::Services& services)
{
    const auto& server = services.config->server;
    return server.default_domain.empty() ? services.hostname : server.default_domain;
}

} // namespace mailctl::submit
