// Takes mail into an index, in pieces.
#include "core/fts/update.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"
#include "core/fts/gather.h"
#include "core/fts/index_writer.h"
#include "store/emails.h"

namespace mailctl::fts {
namespace {

constexpr const char* kNote = "fts";
constexpr std::uint32_t kEmailsAtOnce = 100;
/// What is committed together: memory while it waits is some 50 octets a posting.
constexpr std::size_t kPostingsAtOnce = 1'000'000;

/// The index, with nothing in it that the account's anchor does not vouch for.
Result<std::unique_ptr<IndexWriter>> open_writer(const Update& update, const std::optional<Anchor>& anchor,
                                                 Random& random)
{
    std::error_code failure;
    std::filesystem::create_directories(update.folder.parent_path(), failure);
    if (failure)
        return Error(Errc::Unavailable, update.folder.string() + ": " + failure.message());
    auto writer = IndexWriter::open(update.folder, random);
    const bool is_damaged = !writer && writer.error().code() == Errc::Corrupt;
    if (is_damaged)
        log::warn("store", "a full-text index is damaged and made anew",
                  {{"folder", update.folder.string()}, {"why", to_string(writer.error())}});
    const bool is_foreign = writer && (*writer)->up_to() > 0 && (!anchor || anchor->instance != (*writer)->instance());
    if (is_damaged || is_foreign || update.from_nothing) {
        if (writer)
            writer->reset(); // ends its lock
        TRY_VOID(drop_folder(update.folder));
        writer = IndexWriter::open(update.folder, random);
    }
    if (!writer)
        return writer;
    const auto vouched = anchor && anchor->instance == (*writer)->instance() ? anchor->up_to : 0;
    if ((*writer)->up_to() > vouched)
        TRY_VOID((*writer)->forget_after(vouched));
    return writer;
}

/// First the index, then the account: after a crash in between the index is taken back to the anchor.
Awaitable<Result<>> commit(store::Account& account, IndexWriter& writer, std::uint64_t up_to)
{
    CO_TRY_VOID(writer.commit(up_to));
    Anchor anchor{writer.instance(), up_to};
    co_return co_await write_anchor(account, std::move(anchor));
}

Awaitable<Result<>> add_email(store::Account& account, IndexWriter& writer, const store::Email& email,
                              std::uint64_t most)
{
    auto texts = co_await gather_texts(account, email, most);
    if (texts)
        co_return writer.add(email.id, *texts);
    if (texts.error().code() == Errc::NotFound) // expunged meanwhile: nobody will ask for it
        co_return ok();
    if (texts.error().code() == Errc::Unavailable)
        co_return texts.error();
    if (texts.error().code() != Errc::OverQuota)
        log::warn("store", "a message cannot be read for its full-text index",
                  {{"account", to_string(account.id())}, {"why", to_string(texts.error())}});
    co_return writer.add_unread(email.id);
}

Awaitable<Result<>> add_new(store::Account& account, IndexWriter& writer, const Update& update,
                            const std::atomic<bool>& stopping)
{
    auto up_to = writer.up_to();
    for (;;) {
        const auto after = EmailId{up_to};
        CO_TRY(const auto emails, co_await store::emails_after(account, after, kEmailsAtOnce));
        if (emails.empty())
            break;
        for (const auto& email : emails) {
            CO_TRY_VOID(co_await add_email(account, writer, email, update.message_octets));
            up_to = value_of(email.id);
            if (stopping)
                co_return Error(Errc::Unavailable, "the server stops");
        }
        if (writer.waiting() >= kPostingsAtOnce) {
            CO_TRY_VOID(co_await commit(account, writer, up_to));
        }
        co_await boost::asio::post(boost::asio::use_awaitable); // other accounts wait too
    }
    if (writer.waiting() > 0 || up_to != writer.up_to()) {
        CO_TRY_VOID(co_await commit(account, writer, up_to));
    }
    co_return ok();
}

bool tells_of_loss(const store::Changes& changes)
{
    using Kind = store::ChangeEntry::Kind;
    return changes.truncated ||
           std::any_of(changes.entries.begin(), changes.entries.end(), [](const auto& entry) {
               return entry.kind == Kind::Expunged || entry.kind == Kind::MailboxChanged;
           });
}

/// Drops messages that the account no longer has, where its log tells that some may be gone.
Awaitable<Result<>> drop_gone(store::Account& account, IndexWriter& writer)
{
    const auto seen = ModSeq{writer.seen()};
    CO_TRY(const auto changes, co_await account.changes_since(seen));
    if (changes.up_to == seen)
        co_return ok();
    if (tells_of_loss(changes)) {
        CO_TRY(const auto ids, co_await store::email_ids(account));
        CO_TRY(const auto known, writer.messages());
        for (const auto id : known)
            if (!std::binary_search(ids.begin(), ids.end(), id))
                CO_TRY_VOID(writer.remove(id));
    }
    writer.set_seen(value_of(changes.up_to));
    if (writer.waiting() > 0)
        co_return co_await commit(account, writer, writer.up_to());
    co_return ok();
}

} // namespace

Result<> drop_folder(const std::filesystem::path& folder)
{
    std::error_code failure;
    std::filesystem::remove_all(folder, failure);
    if (failure)
        return Error(Errc::Unavailable, folder.string() + ": " + failure.message());
    return ok();
}

Awaitable<Result<std::optional<Anchor>>> read_anchor(store::Account& account)
{
    CO_TRY(const auto note, co_await account.note(kNote));
    if (!note)
        co_return std::optional<Anchor>();
    const auto blank = note->find(' ');
    Anchor anchor{note->substr(0, blank), 0};
    if (blank != std::string::npos)
        std::from_chars(note->data() + blank + 1, note->data() + note->size(), anchor.up_to);
    co_return anchor.instance.empty() ? std::optional<Anchor>() : std::optional(std::move(anchor));
}

Awaitable<Result<>> write_anchor(store::Account& account, Anchor anchor)
{
    auto text = anchor.instance + " " + std::to_string(anchor.up_to);
    co_return co_await account.set_note(kNote, std::move(text));
}

Awaitable<Result<>> bring_up_to_date(store::Account& account, Update update, Random& random,
                                     const std::atomic<bool>& stopping)
{
    CO_TRY(const auto anchor, co_await read_anchor(account));
    CO_TRY(const auto writer, open_writer(update, anchor, random));
    CO_TRY_VOID(co_await drop_gone(account, *writer));
    co_return co_await add_new(account, *writer, update, stopping);
}

} // namespace mailctl::fts
