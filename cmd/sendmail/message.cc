// Reads a program's message and hands it over, and says in sysexits what became of it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "cmd/sendmail/sendmail.h"
#include "core/base/ascii.h"
#include "core/mime/card.h"
#include "core/smtp/header_scan.h"
#include "core/submit/letter.h"

namespace mailctl::cmd {
namespace {

using submit::Answer;

constexpr std::size_t kPieceOctets = 64 * 1024;

int status_of(const Answer& answer)
{
    if (answer.code < 500)
        return answer.is_ok() ? EX_OK : EX_TEMPFAIL;
    if (answer.text.starts_with("5.1.1"))
        return EX_NOUSER;
    if (answer.text.starts_with("5.1.2"))
        return EX_NOHOST;
    return answer.text.starts_with("5.7.") ? EX_NOPERM : EX_DATAERR;
}

class Sending {
public:
    Sending(Context& ctx, const SendmailOptions& options, const std::string& domain,
            submit::Dialogue& dialogue, boost::asio::any_io_executor executor,
            const MessageSource& source)
        : source_(source), ctx_(ctx), options_(options), domain_(domain), dialogue_(dialogue), executor_(executor),
          ends_(!options.ignore_dots)
    {
    }

    int run()
    {
        if (const int status = read_header(); status != EX_OK)
            return status;
        if (const int status = say_envelope(); status != EX_OK)
            return status;
        return send_body();
    }

private:
    Answer wait(Awaitable<Answer> work)
    {
        return boost::asio::co_spawn(executor_, std::move(work), boost::asio::use_future).get();
    }

    int refused(const Answer& answer, const std::string& what)
    {
        ctx_.complain(what + ": " + answer.text);
        return status_of(answer);
    }

    /// Some more of the message into `text_`; false: all of it was read.
    bool read_more()
    {
        if (at_end_)
            return false;
        Result<std::string> read = source_ ? source_() : Result<std::string>(ctx_.read_some());
        if (!read)
            failure_ = read.error();
        const std::string piece = read ? *std::move(read) : std::string();
        if (piece.empty()) {
            at_end_ = true;
            ends_.finish(text_);
            return false;
        }
        ends_.feed(piece, text_);
        at_end_ = ends_.is_done();
        return true;
    }

    /// Where the message is not whole.
    int what_stops()
    {
        if (failure_)
            return ctx_.fail(*failure_);
        return ctx_.cancelled() ? EX_TEMPFAIL : EX_OK;
    }

    int read_header()
    {
        std::size_t looked = 0;
        while (smtp::find_header_end(text_, looked) == std::string::npos &&
               text_.size() < mime::kMaxHeaderOctets) {
            looked = text_.size() < 4 ? 0 : text_.size() - 4;
            if (!read_more())
                break;
        }
        if (const int status = what_stops(); status != EX_OK)
            return status;
        if (const int status = choose_sender(); status != EX_OK)
            return status;
        submit::HeaderWishes wishes;
        wishes.sender = envelope_.sender;
        wishes.full_name = options_.full_name;
        wishes.domain = domain_;
        wishes.recipients = options_.read_recipients;
        auto prepared = submit::prepare_header(text_, wishes);
        header_ = std::move(prepared.header);
        text_ = std::move(prepared.rest);
        return take_recipients(prepared.recipients);
    }

    int choose_sender()
    {
        std::string sender = options_.sender.value_or(options_.login);
        if (sender.empty() || sender == "<>")
            return EX_OK;
        const auto whole = submit::full_address(sender, domain_);
        if (!whole)
            return ctx_.usage("-f " + whole.error().detail());
        envelope_.sender = *whole;
        return EX_OK;
    }

    int take_recipients(const std::vector<std::string>& from_header)
    {
        std::vector<std::string> all = from_header;
        all.insert(all.end(), options_.recipients.begin(), options_.recipients.end());
        for (const std::string& one : all) {
            const auto whole = submit::full_address(one, domain_);
            if (!whole) {
                ctx_.complain(whole.error().detail());
                return EX_DATAERR;
            }
            const bool known = std::find(envelope_.recipients.begin(), envelope_.recipients.end(),
                                         *whole) != envelope_.recipients.end();
            if (!known)
                envelope_.recipients.push_back(*whole);
        }
        if (envelope_.recipients.empty())
            return ctx_.usage(options_.read_recipients
                                  ? "no recipients in To, Cc or Bcc"
                                  : "no recipients: name them, or take them from the header with "
                                    "-t");
        return EX_OK;
    }

    int say_envelope()
    {
        envelope_.notify = options_.notify;
        envelope_.returned = options_.returned;
        envelope_.envelope_id = options_.envelope_id;
        envelope_.hold_until = options_.hold_until;
        const auto is_high = [](char c) { return static_cast<unsigned char>(c) > 127; };
        envelope_.utf8 = std::any_of(header_.begin(), header_.end(), is_high) ||
                         std::any_of(envelope_.sender.begin(), envelope_.sender.end(), is_high);
        for (const auto& one : envelope_.recipients)
            envelope_.utf8 = envelope_.utf8 || std::any_of(one.begin(), one.end(), is_high);
        Answer answer = wait(dialogue_.hello("localhost"));
        if (!answer.is_ok())
            return refused(answer, "the server");
        answer = wait(dialogue_.mail(envelope_));
        if (!answer.is_ok())
            return refused(answer, envelope_.sender.empty() ? "<>" : envelope_.sender);
        return say_recipients();
    }

    /// Those that are refused are told and the others get the message; where one may succeed later,
    /// nobody gets it now, so that a repetition does not send it twice.
    int say_recipients()
    {
        std::size_t accepted = 0;
        for (const auto& recipient : envelope_.recipients) {
            const Answer answer = wait(dialogue_.rcpt(recipient));
            if (answer.is_ok()) {
                ++accepted;
                continue;
            }
            status_ = refused(answer, recipient);
            if (answer.is_temporary())
                return status_;
        }
        return accepted == 0 ? status_ : EX_OK;
    }

    int send_body()
    {
        text_.insert(0, header_);
        for (bool more = true; more;) {
            while (text_.size() < kPieceOctets && (more = read_more())) {
            }
            if (const int status = what_stops(); status != EX_OK)
                return status;
            const Answer answer = wait(dialogue_.put(std::exchange(text_, {})));
            if (!answer.is_ok())
                return refused(answer, "message");
        }
        const Answer answer = wait(dialogue_.finish());
        if (!answer.is_ok())
            return refused(answer, "message");
        ctx_.detail(answer.text);
        return status_;
    }

    const MessageSource& source_;
    std::optional<Error> failure_; ///< of reading
    Context& ctx_;
    const SendmailOptions& options_;
    const std::string& domain_;
    submit::Dialogue& dialogue_;
    boost::asio::any_io_executor executor_;
    submit::LineEnds ends_;
    submit::Envelope envelope_;
    std::string text_, header_;
    bool at_end_ = false;
    int status_ = EX_OK; ///< of recipients that were refused
};

} // namespace

int send_message(Context& ctx, const SendmailOptions& options, const std::string& domain,
                 submit::Dialogue& dialogue, boost::asio::any_io_executor executor,
                 const MessageSource& source)
{
    Sending sending(ctx, options, domain, dialogue, executor, source);
    return sending.run();
}

} // namespace mailctl::cmd
