// URLs of messages: what they name, and that nothing else is one.
#include "core/imap/message_url.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::imap;

namespace {

std::string shown(std::string_view text)
{
    const auto url = parse_message_url(text);
    if (!url)
        return "no";
    auto out = url->user.empty() ? url->host : url->user + " at " + url->host;
    out += "|" + url->mailbox + "|";
    out += url->uid_validity ? std::to_string(*url->uid_validity) : "-";
    out += "|" + std::to_string(url->uid) + "|" + url->section + "|" + std::to_string(url->offset);
    return out + "|" + (url->octets ? std::to_string(*url->octets) : "-");
}

struct Case {
    std::string_view url, expected;
};

std::string shown_authorization(std::string_view text)
{
    const auto url = parse_message_url(text);
    if (!url || !url->authorization)
        return url ? "none" : "no";
    const auto& a = *url->authorization;
    constexpr const char* kAccess[] = {"submit ", "user ", "authuser ", "anonymous "};
    std::string out = kAccess[static_cast<int>(a.access)] + a.user + "|";
    out += (a.expires ? to_rfc3339(*a.expires) : "-") + "|" + a.mechanism + "|" + a.token + "|";
    return out + std::to_string(a.rump.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(message_urls)
{
    const Case cases[] = {
        {"/INBOX/;UID=20", "|INBOX|-|20||0|-"},
        {"/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9",
         "|INBOX|785799047|113330|1.5.9|0|-"},
        {"imap://fred@example.com/INBOX/;uid=20/;section=1.2", "fred at example.com|INBOX|-|20|1.2|0|-"},
        {"/a/b%20c%E2%82%AC/;UID=1/;PARTIAL=0.1024", "|a/b c\xE2\x82\xAC|-|1||0|1024"},
        {"/a/;UID=1/;SECTION=HEADER.FIELDS%20(TO)/;PARTIAL=7", "|a|-|1|HEADER.FIELDS (TO)|7|-"},
        {"/;UID=4", "||-|4||0|-"},
        {";UID=4/;SECTION=TEXT", "||-|4|TEXT|0|-"},
        {"imap://Fred%40a.example;AUTH=*@Example.COM:143/inbox/;UID=1",
         "Fred@a.example at example.com|INBOX|-|1||0|-"},
        {"imap://[2001:db8::1]:143/a/;UID=1", "[2001:db8::1]|a|-|1||0|-"},
        // Nothing of these is one.
        {"", "no"},
        {"/", "no"},
        {"INBOX/;UID=1", "no"},
        {"/INBOX", "no"},
        {"/INBOX/;UID=0", "no"},
        {"/INBOX/;UID=", "no"},
        {"/INBOX/;UID=1x", "no"},
        {"/INBOX/;UID=4294967296", "no"},
        {"/INBOX/;UID=1/;SECTION=", "no"},
        {"/INBOX/;UID=1/;PARTIAL=", "no"},
        {"/INBOX/;UID=1/;PARTIAL=0.0", "no"},
        {"/INBOX/;UID=1/;PARTIAL=1.", "no"},
        {"/INBOX/;UID=1/;PARTIAL=1/;SECTION=1", "no"},
        {"/INBOX/;UID=1/;X=1", "no"},
        {"/INBOX/;UID=1/", "no"},
        {"/INBOX;UIDVALIDITY=/;UID=1", "no"},
        {"/INBOX;X=1/;UID=1", "no"},
        {"/;UIDVALIDITY=1/;UID=1", "no"},
        {"/a%2/;UID=1", "no"},
        {"/a%zz/;UID=1", "no"},
        {"/a%00/;UID=1", "no"},
        {"/a%0D%0A/;UID=1", "no"},
        {"/a%FF/;UID=1", "no"},
        {"imap:///INBOX/;UID=1", "no"},
        {"imap://host", "no"},
        {"imap://ho st/a/;UID=1", "no"},
        {"imap://host:/a/;UID=1", "no"},
        {"imap://host:65536/a/;UID=1", "no"},
        {"imap://ann;X=1@host/a/;UID=1", "no"},
        {"imap://ann;AUTH=@host/a/;UID=1", "no"},
        {"imap://host/;UID=1", "no"},
        {"http://host/INBOX/;UID=1", "no"},
    };
    for (const auto& c : cases)
        BOOST_TEST(shown(c.url) == c.expected, c.url << " is " << shown(c.url));
    const std::string tail = "/;UID=1";
    const auto at_limit = "/" + std::string(kUrlOctets - 1 - tail.size(), 'a') + tail;
    BOOST_TEST(parse_message_url(at_limit).has_value());
    BOOST_TEST(!parse_message_url("/a" + at_limit.substr(1)).has_value());
}

// RFC 4467 §9
BOOST_AUTO_TEST_CASE(authorized_urls)
{
    const std::string start = "imap://joe@example.com/INBOX/;uid=20/;section=1.2";
    const std::string token = "91354a473744909de610943775f92038";
    const struct {
        std::string rest, expected;
    } cases[] = {
        {"", "none"},
        {";urlauth=submit+fred:internal:" + token, "submit fred|-|INTERNAL|" + token + "|69"},
        {";URLAUTH=user+fred%40a.example", "user fred@a.example|-|||79"},
        {";expire=2026-12-31T15:15:00+01:00;urlauth=anonymous:INTERNAL:" + token + "FF",
         "anonymous |2026-12-31T14:15:00Z|INTERNAL|" + token + "FF|100"},
        {"/;partial=0.10;urlauth=authuser", "authuser |-|||80"},
        {";urlauth=", "no"},
        {";urlauth=somebody", "no"},
        {";urlauth=user+", "no"},
        {";urlauth=anonymous:", "no"},
        {";urlauth=anonymous:internal", "no"},
        {";urlauth=anonymous:internal:", "no"},
        {";urlauth=anonymous::" + token, "no"},
        {";urlauth=anonymous:internal:" + token.substr(1), "no"},
        {";urlauth=anonymous:internal:" + token.substr(1) + "g", "no"},
        {";urlauth=anonymous:internal:" + token + "/;partial=1", "no"},
        {";expire=2026-12-31;urlauth=anonymous", "no"},
        {";expire=never;urlauth=anonymous", "no"},
        {";expire=2026-12-31T15:15:00Z", "no"},
    };
    for (const auto& c : cases) {
        const auto url = start + c.rest;
        const auto told = shown_authorization(url);
        BOOST_TEST(told == c.expected, url << " is " << told);
    }
    // It names its owner and a mailbox.
    BOOST_TEST(shown_authorization("imap://example.com/INBOX/;uid=20;urlauth=anonymous") == "no");
    BOOST_TEST(shown_authorization("/INBOX/;uid=20;urlauth=anonymous") == "no");
}
