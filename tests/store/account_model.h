// Random operations on an account and on a simple model of it: both must agree, always.
#pragma once

#include <algorithm>
#include <map>
#include <random>

#include "tests/store/account_fixture.h"

namespace mailctl::tests {

struct ModelMessage {
    std::string subject;
    std::uint8_t flags = 0;
};
struct ModelBox {
    std::uint32_t uid_next = 1;
    std::map<std::uint32_t, ModelMessage> messages;
};

/// `Fixture`: an account that can be opened again, as AccountFixture.
template <class Fixture>
class Model {
public:
    explicit Model(unsigned seed) : random_(seed)
    {
        for (const auto& box : must(f_.account->mailboxes()))
            boxes_[box.name];
    }

    void run(int steps)
    {
        using Step = void (Model::*)();
        constexpr Step kSteps[] = {&Model::append, &Model::append, &Model::append, &Model::copy,
                                   &Model::move,   &Model::flag,   &Model::flag,   &Model::expunge,
                                   &Model::create, &Model::rename, &Model::remove, &Model::restart};
        for (int i = 0; i < steps; ++i) {
            (this->*kSteps[pick(std::size(kSteps))])();
            if (i % 25 == 0)
                compare();
        }
        compare();
        f_.check();
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }
    std::string any_box()
    {
        auto at = boxes_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(pick(boxes_.size())));
        return at->first;
    }
    std::string new_name()
    {
        static const std::string kLevels[] = {"a", "b", "c"};
        auto name = kLevels[pick(3)];
        while (pick(2) == 0)
            name += "/" + kLevels[pick(3)];
        return name;
    }
    Uids any_uids(const ModelBox& box)
    {
        Uids uids;
        for (std::uint32_t uid = 1; uid < box.uid_next; ++uid)
            if (pick(3) == 0)
                uids.push_back(uid);
        return uids;
    }

    void append()
    {
        const auto name = any_box();
        const auto subject = "m" + std::to_string(++subjects_);
        auto message = message_of(letter(subject, subject + "@x", pick(2) ? "<m1@x>" : ""));
        message.flags.system = static_cast<std::uint8_t>(pick(32));
        auto& box = boxes_[name];
        box.messages[box.uid_next] = {subject, message.flags.system};
        const auto appended = must(f_.account->append(f_.box(name).id, std::move(message)));
        BOOST_TEST(value_of(appended.uid) == box.uid_next++);
    }

    void transfer(bool move)
    {
        const auto from = any_box();
        const auto to = any_box();
        const auto uids = any_uids(boxes_[from]);
        const auto copied =
            move ? must(f_.account->move(f_.box(from).id, to_uids(uids), f_.box(to).id))
                 : must(f_.account->copy(f_.box(from).id, to_uids(uids), f_.box(to).id));
        std::size_t done = 0;
        for (const auto uid : uids) {
            const auto at = boxes_[from].messages.find(uid);
            if (at == boxes_[from].messages.end())
                continue;
            auto& target = boxes_[to];
            const auto message = at->second;
            if (move)
                boxes_[from].messages.erase(at);
            BOOST_REQUIRE(done < copied.to.size());
            BOOST_TEST(value_of(copied.from[done]) == uid);
            BOOST_TEST(value_of(copied.to[done++]) == target.uid_next);
            target.messages[target.uid_next++] = message;
        }
        BOOST_TEST(done == copied.to.size());
    }
    void copy() { transfer(false); }
    void move() { transfer(true); }

    void flag()
    {
        const auto name = any_box();
        FlagsUpdate update;
        const auto uids = any_uids(boxes_[name]);
        update.uids = to_uids(uids);
        update.change = static_cast<FlagChange>(pick(3));
        update.flags.system = static_cast<std::uint8_t>(pick(32));
        const auto how = update.change;
        const auto by = update.flags.system;
        must(f_.account->update_flags(f_.box(name).id, std::move(update)));
        for (const auto uid : uids) {
            const auto at = boxes_[name].messages.find(uid);
            if (at == boxes_[name].messages.end())
                continue;
            auto& flags = at->second.flags;
            flags = how == FlagChange::Replace ? by
                    : how == FlagChange::Add   ? static_cast<std::uint8_t>(flags | by)
                                               : static_cast<std::uint8_t>(flags & ~by);
        }
    }

    void expunge()
    {
        const auto name = any_box();
        const bool only_deleted = pick(2) == 0;
        const auto uids = any_uids(boxes_[name]);
        const auto gone = must(f_.account->expunge(f_.box(name).id, to_uids(uids), only_deleted));
        std::size_t expected = 0;
        for (const auto uid : uids) {
            const auto at = boxes_[name].messages.find(uid);
            if (at == boxes_[name].messages.end() || (only_deleted && !(at->second.flags & 8)))
                continue;
            boxes_[name].messages.erase(at);
            ++expected;
        }
        BOOST_TEST(gone.size() == expected);
    }

    void create()
    {
        const auto name = new_name();
        const auto created = tests::run(f_.account->create_mailbox(name, SpecialUse::None));
        BOOST_TEST(created.has_value() == (boxes_.count(name) == 0));
        if (!created)
            return;
        for (std::size_t at = 0; at != std::string::npos;) {
            at = name.find('/', at + 1);
            boxes_[name.substr(0, at)];
        }
    }

    void rename()
    {
        const auto from = any_box();
        const auto to = new_name();
        std::map<std::string, ModelBox> renamed;
        bool possible = from != "INBOX" && from != to && !to.starts_with(from + "/");
        for (const auto& [name, box] : boxes_)
            if (name == from || name.starts_with(from + "/"))
                renamed[to + name.substr(from.size())] = box;
        for (const auto& [name, box] : renamed)
            possible = possible && boxes_.count(name) == 0;
        if (from == "INBOX")
            return;
        // A name below the old one may be the new name of another: refused too, and harmless.
        const auto done = tests::run(f_.account->rename_mailbox(from, to));
        BOOST_TEST(done.has_value() == possible);
        if (!done)
            return;
        std::erase_if(boxes_, [&](const auto& each) {
            return each.first == from || each.first.starts_with(from + "/");
        });
        boxes_.merge(renamed);
        for (auto at = to.find('/'); at != std::string::npos; at = to.find('/', at + 1))
            boxes_[to.substr(0, at)];
    }

    void remove()
    {
        const auto name = any_box();
        if (pick(3) != 0 || name == "INBOX")
            return;
        must(f_.account->delete_mailbox(name));
        boxes_.erase(name);
    }

    void restart() { f_.open(); }

    void compare()
    {
        const auto boxes = must(f_.account->mailboxes());
        BOOST_REQUIRE(boxes.size() == boxes_.size());
        for (const auto& box : boxes) {
            BOOST_REQUIRE(boxes_.count(box.name) == 1u);
            const auto& model = boxes_[box.name];
            BOOST_TEST(value_of(box.uid_next) == model.uid_next);
            const auto rows = f_.rows(box.id);
            BOOST_REQUIRE(rows.size() == model.messages.size());
            auto expected = model.messages.begin();
            for (const auto& row : rows) {
                BOOST_TEST(value_of(row.uid) == expected->first);
                BOOST_TEST(row.flags.system == expected->second.flags);
                const auto email = must(f_.account->email(row.email));
                BOOST_TEST(email.card.envelope.subject == expected->second.subject);
                ++expected;
            }
        }
    }

    Fixture f_;
    std::mt19937 random_;
    std::map<std::string, ModelBox> boxes_;
    unsigned subjects_ = 0;
};

} // namespace mailctl::tests
