// An account on a memory engine, for tests that ask it one thing at a time.
#pragma once

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "store/account/mail_account.h"
#include "store/account/new_account.h"
#include "store/engine/memory_engine.h"
#include "store/keys.h"
#include "tests/store/run.h"

namespace mailctl::tests {

using namespace mailctl::store;

inline constexpr AccountId kAnn{0xA11};

/// A whole message; `references` go into References.
inline std::string letter(const std::string& subject, const std::string& id = "",
                          const std::string& references = "")
{
    std::string text = "From: ann@example.org\r\nSubject: " + subject + "\r\n";
    if (!id.empty())
        text += "Message-ID: <" + id + ">\r\n";
    if (!references.empty())
        text += "References: " + references + "\r\n";
    return text + "\r\nThe body of " + subject + ".\r\n";
}

/// `text` to be appended, stored inline.
inline NewMessage message_of(std::string text, Time date = Time(seconds(1'700'000'000)))
{
    NewMessage message;
    message.inline_body = std::move(text);
    message.internal_date = date;
    return message;
}

struct AccountFixture {
    std::unique_ptr<MemoryEngine> engine = std::make_unique<MemoryEngine>();
    ManualClock clock{Time(seconds(1'700'000'000))};
    std::unique_ptr<SeededRandom> random = std::make_unique<SeededRandom>(1);
    AccountHost* host = nullptr; ///< from the next open() on
    std::shared_ptr<MailAccount> account;

    explicit AccountFixture(Usage limits = {})
    {
        must(engine->commit(keys::account(kAnn), new_account(clock.now(), limits)));
        open();
    }

    /// As after a restart: nothing is left but what is on the disk.
    void open()
    {
        account.reset();
        engine = std::make_unique<MemoryEngine>(engine->disk());
        MailAccount::Environment environment{*engine, clock, *random, host};
        account = must(MailAccount::open(environment, kAnn));
    }

    MailboxInfo box(const std::string& name) { return must(account->find_mailbox(name)); }
    MailboxId inbox() { return box("INBOX").id; }

    Appended append(MailboxId to, const std::string& text)
    {
        return must(account->append(to, message_of(text)));
    }
    std::vector<MessageRow> rows(MailboxId id)
    {
        return must(account->messages(id, UidRange{}, 1'000'000));
    }
    std::vector<std::uint32_t> uids(MailboxId id)
    {
        std::vector<std::uint32_t> all;
        for (const auto& row : rows(id))
            all.push_back(value_of(row.uid));
        return all;
    }
    std::string body(const MessageRow& row)
    {
        const auto email = must(account->email(row.email));
        return must(account->read_body(email.body, 0, ~std::uint64_t{0}));
    }
    ThreadId thread(const MessageRow& row) { return must(account->email(row.email)).thread; }

    /// Nothing is wrong with any row.
    void check()
    {
        for (const auto& finding : must(account->check(false)))
            BOOST_ERROR(finding);
    }
};

using Uids = std::vector<std::uint32_t>;

inline std::vector<Uid> to_uids(const Uids& numbers)
{
    std::vector<Uid> uids;
    for (const auto number : numbers)
        uids.push_back(Uid{number});
    return uids;
}

} // namespace mailctl::tests
