// Copies messages, one by one, into another account.
#include "core/imap/server/selected/copy_across.h"

#include <memory>
#include <utility>

#include "core/base/log.h"
#include "core/imap/server/progress.h"
#include "core/imap/server/rows.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

/// Keywords of one account by those of another: by the bit here, the bit there.
using KeywordMap = std::vector<unsigned>;

/// Makes the keywords that the rows need and that are missing there.
Awaitable<Result<KeywordMap>> map_keywords(store::Account& from, store::Account& to)
{
    CO_TRY(auto names, co_await from.keywords());
    co_return co_await to.intern_keywords(std::move(names));
}

store::Flags mapped(const store::Flags& flags, const KeywordMap& map)
{
    store::Flags there;
    there.system = flags.system;
    for (unsigned i = 0; i < map.size(); ++i)
        if (flags.has_keyword(i))
            there.set_keyword(map[i]);
    return there;
}

Awaitable<Result<store::Spool::Stored>> copy_body(const CopySource& source,
                                                  const store::Email& email, AccountId owner)
{
    store::BodyOwners owners;
    owners.accounts.push_back(owner);
    const auto spool = source.store.spool(std::move(owners));
    for (std::uint64_t at = 0; at < email.body.octets;) {
        CO_TRY(const auto chunk,
               co_await source.account.read_body(email.body, at, store::kBlobChunkOctets));
        if (chunk.empty())
            co_return Error(Errc::Corrupt, "body shorter than its record");
        CO_TRY_VOID(co_await spool->write(chunk));
        at += chunk.size();
    }
    co_return co_await spool->finish();
}

Awaitable<Result<store::Appended>> copy_one(const CopySource& source, const store::MessageRow& row,
                                            store::Flags flags, const Located& target)
{
    CO_TRY(auto email, co_await source.account.email(row.email));
    CO_TRY(auto stored, co_await copy_body(source, email, target.account->id()));
    store::NewMessage message;
    message.body = stored.body;
    message.inline_body = std::move(stored.inline_body);
    message.card = std::make_shared<const mime::Card>(std::move(email.card));
    message.flags = flags;
    message.internal_date = row.internal_date;
    message.date_zone = row.date_zone;
    co_return co_await target.account->append(target.mailbox.id, std::move(message));
}

/// Copies until it is done or something fails; `copied` tells how far it came.
Awaitable<Result<>> copy_all(const CopySource& source, std::vector<Uid> uids, const Located& target,
                             store::Copied& copied)
{
    KeywordMap keywords;
    if (target.rights.has(store::MailboxRight::Write)) {
        CO_TRY(keywords, co_await map_keywords(source.account, *target.account));
    }
    if (source.progress != nullptr)
        source.progress->expect(uids.size());
    Rows rows(source.account, source.mailbox, std::move(uids));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return ok();
        for (const auto& row : page) {
            if (source.progress != nullptr && source.progress->advance())
                co_await source.progress->tell();
            const auto flags = permitted_flags(target.rights, mapped(row.flags, keywords));
            const auto added = co_await copy_one(source, row, flags, target);
            if (!added && added.error().code() == Errc::NotFound) {
                CO_TRY_VOID(co_await target.account->mailbox(target.mailbox.id));
                continue; // expunged meanwhile
            }
            if (!added)
                co_return added.error();
            copied.uid_validity = added->uid_validity;
            copied.from.push_back(row.uid);
            copied.to.push_back(added->uid);
        }
    }
}

} // namespace

Awaitable<Result<store::Copied>> copy_across(CopySource source, std::vector<Uid> uids,
                                             const Located& target)
{
    store::Copied copied;
    const auto done = co_await copy_all(source, std::move(uids), target, copied);
    if (done)
        co_return copied;
    const auto undone = co_await target.account->expunge(target.mailbox.id, copied.to, false);
    if (!undone)
        log::error("imap", "copies of a failed COPY stay",
                   {{"account", to_string(target.account->id())},
                    {"error", to_string(undone.error())}});
    co_return done.error();
}

Awaitable<Result<store::Copied>> move_across(CopySource source, std::vector<Uid> uids,
                                             const Located& target)
{
    CO_TRY(auto moved, co_await copy_across(source, std::move(uids), target));
    CO_TRY_VOID(co_await source.account.expunge(source.mailbox, moved.from, false));
    co_return moved;
}

} // namespace mailctl::imap
