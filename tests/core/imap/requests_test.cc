// Tables for what NOTIFY, GETMETADATA and SETMETADATA say.
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "core/imap/metadata_request.h"
#include "core/imap/notify_request.h"

using namespace mailctl;
using namespace mailctl::imap;

namespace {

/// "2:7 5(Work)": filter, bits of events, names; "!" where an event is unknown.
std::string shown(const NotifyRequest& request)
{
    std::string out = request.wants_status ? "status " : "";
    for (const auto& group : request.groups) {
        out += std::to_string(static_cast<int>(group.filter)) + ":" +
               std::to_string(group.events.bits);
        for (const auto& name : group.names)
            out += "(" + name + ")";
        out += std::string(group.items.size(), '+') + " ";
    }
    return out + (request.has_unknown_event ? "!" : "");
}

} // namespace

// RFC 5465 §8.
BOOST_AUTO_TEST_CASE(notify_requests)
{
    struct Case {
        std::string_view text, request; // "bad": refused
    };
    constexpr Case kCases[] = {
        {" NONE", ""},
        {" none", ""},
        {" NONE x", "bad"},
        {" SET", "bad"},
        {" SET ", "bad"},
        {" SET (selected NONE)", "0:0 "},
        {" SET STATUS (selected-delayed (MessageNew MessageExpunge)) (personal NONE)",
         "status 1:3 3:0 "},
        {" SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))", "0:7++ "},
        {" SET (selected (MessageNew UID MessageExpunge))", "0:3 !"},
        {" SET (inboxes (messagenew MESSAGEEXPUNGE))", "2:3 "},
        {" SET (subscribed (MailboxName SubscriptionChange))", "4:24 "},
        {" SET (subtree Work (MailboxMetadataChange))", "5:32(Work) "},
        {" SET (subtree-one (Work Play) (MailboxMetadataChange))", "6:32(Work)(Play) "},
        {" SET (mailboxes (inbox \"a b\") (ServerMetadataChange))", "7:64(INBOX)(a b) "},
        {" SET (mailboxes () NONE)", "bad"},
        {" SET (subtree NONE)", "bad"},
        {" SET (personal ())", "bad"},
        {" SET (personal (AnnotationChange))", "3:0 !"},
        {" SET (personal MessageNew)", "bad"},
        {" SET (personal NONE)(personal NONE)", "bad"},
        {" SET (personal NONE", "bad"},
        {" SETTING (personal NONE)", "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer args(c.text);
            const auto request = parse_notify(args);
            BOOST_TEST((request ? shown(*request) : "bad") == c.request);
        }
    }
}

// RFC 5464 §4.2.2.
BOOST_AUTO_TEST_CASE(depth_of_metadata)
{
    struct Case {
        std::string_view text, entry;
        bool wanted;
    };
    constexpr Case kCases[] = {
        {" INBOX /shared/a", "/shared/a", true},
        {" INBOX /shared/a", "/shared/a/b", false},
        {" INBOX /SHARED/A", "/shared/a", true},
        {" (DEPTH 1) INBOX /shared/a", "/shared/a/b", true},
        {" (DEPTH 1) INBOX /shared/a", "/shared/a/b/c", false},
        {" (DEPTH 1) INBOX /shared/a", "/shared/ab", false},
        {" INBOX (DEPTH infinity) (/shared/a /private)", "/shared/a/b/c", true},
        {" INBOX (DEPTH infinity) (/shared/a /private)", "/private/x", true},
        {" INBOX (MAXSIZE 5 DEPTH 0) /shared/a", "/shared/a/b", false},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer args(c.text);
            const auto request = parse_get_metadata(args);
            BOOST_REQUIRE(request.has_value());
            BOOST_TEST(request->wants(c.entry) == c.wanted);
        }
    }
    for (const auto* text : {" INBOX", " INBOX ()", " INBOX (MAXSIZE)", " INBOX /shared/a x",
                             " (DEPTH 1 DEPTH 1) INBOX /shared/a", " (MAXSIZE 1 MAXSIZE 1) INBOX /shared/a",
                             " (DEPTH) INBOX /shared/a", " INBOX (/shared/a", " INBOX \"/sh\xC3\xA4red\""})
        BOOST_TEST_CONTEXT(text)
        {
            Lexer args(text);
            BOOST_TEST(!parse_get_metadata(args).has_value());
        }
}

// RFC 5464 §5.
BOOST_AUTO_TEST_CASE(entries_of_one_command)
{
    for (const std::size_t count : {kMetadataEntriesAsked, kMetadataEntriesAsked + 1}) {
        std::string names, values;
        for (std::size_t i = 0; i < count; ++i) {
            const auto name = (i == 0 ? "/private/e" : " /private/e") + std::to_string(i);
            names += name;
            values += name + " NIL";
        }
        const auto get_text = " INBOX (" + names + ")", set_text = " INBOX (" + values + ")";
        Lexer get(get_text), set(set_text);
        const auto asked = parse_get_metadata(get);
        const auto given = parse_set_metadata(set);
        const bool is_over = count > kMetadataEntriesAsked;
        BOOST_TEST(asked.has_value() != is_over);
        BOOST_TEST(given.has_value() != is_over);
        BOOST_TEST((is_over ? asked.error().detail() : "") == (is_over ? "Too many entries" : ""));
    }
}

BOOST_AUTO_TEST_CASE(values_of_metadata)
{
    const std::string_view text(" \"\" (/shared/a NIL /private/b \"\" /shared/c ~{3}\r\nx\0y)", 53);
    Lexer args(text);
    const auto request = parse_set_metadata(args);
    BOOST_REQUIRE(request.has_value());
    BOOST_TEST(request->mailbox.empty());
    BOOST_REQUIRE(request->values.size() == 3U);
    BOOST_TEST(!request->values[0].second.has_value());
    BOOST_TEST(request->values[1].second.value().empty());
    BOOST_TEST(request->values[2].second.value() == std::string("x\0y", 3));
    for (const auto* bad : {" INBOX /shared/a \"x\"", " INBOX ()", " INBOX (/shared/a)",
                            " INBOX (/shared/a x)", " INBOX (/shared/vendor/x \"y\")",
                            " INBOX (/shared \"x\")", " INBOX (/shared/a \"x\") y"})
        BOOST_TEST_CONTEXT(bad)
        {
            Lexer other(bad);
            BOOST_TEST(!parse_set_metadata(other).has_value());
        }
}
