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
    std::string out = url->server + "|" + url->mailbox + "|";
    out += url->uid_validity ? std::to_string(*url->uid_validity) : "-";
    out += "|" + std::to_string(url->uid) + "|" + url->section + "|" + std::to_string(url->offset);
    return out + "|" + (url->octets ? std::to_string(*url->octets) : "-");
}

struct Case {
    std::string_view url, expected;
};

} // namespace

BOOST_AUTO_TEST_CASE(message_urls)
{
    const Case cases[] = {
        {"/INBOX/;UID=20", "|INBOX|-|20||0|-"},
        {"/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9",
         "|INBOX|785799047|113330|1.5.9|0|-"},
        {"imap://fred@example.com/INBOX/;uid=20/;section=1.2", "fred@example.com|INBOX|-|20|1.2|0|-"},
        {"/a/b%20c%E2%82%AC/;UID=1/;PARTIAL=0.1024", "|a/b c\xE2\x82\xAC|-|1||0|1024"},
        {"/a/;UID=1/;SECTION=HEADER.FIELDS%20(TO)/;PARTIAL=7", "|a|-|1|HEADER.FIELDS (TO)|7|-"},
        {"/;UID=4", "||-|4||0|-"},
        {";UID=4/;SECTION=TEXT", "||-|4|TEXT|0|-"},
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
