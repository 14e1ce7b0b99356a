// Base subjects, places in a SORT, and threads.
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "core/imap/order/base_subject.h"
#include "core/imap/order/sort_key.h"
#include "core/imap/order/threads.h"
#include "core/mime/casemap.h"

using namespace mailctl;
using namespace mailctl::imap;

// RFC 5256 §2.1.
BOOST_AUTO_TEST_CASE(base_subjects)
{
    struct Case {
        std::string_view name, subject, base;
        bool is_reply;
    };
    constexpr Case kCases[] = {
        {"plain", "lunch", "lunch", false},
        {"reply", "Re: lunch", "lunch", true},
        {"many", "RE: fwd: re : Fw:lunch", "lunch", true},
        {"blob in a reply", "Re[2]: [list] lunch", "lunch", true},
        {"blobs before a reply", "[a] [b] re: lunch", "lunch", true},
        {"list", "[list] lunch", "lunch", false},
        {"only a blob", "[list]", "[list]", false},
        {"only blobs", "[a][b]", "[b]", false},
        {"blob without an end", "[list lunch", "[list lunch", false},
        {"trailer", "lunch (fwd) (FWD)  ", "lunch", true},
        {"wrapped", "[Fwd: Re: lunch]", "lunch", true},
        {"blanks", "Re:\tlunch \t at\r\n noon", "lunch at noon", true},
        {"blanks alone", "  a  b  (fwd)", "a b", true},
        {"blanks around", " a b ", "a b", false},
        {"no encoded-word", "a =? b", "a =? b", false},
        {"encoded", "=?utf-8?Q?Re=3A_caf=C3=A9?=", "caf\xc3\xa9", true},
        {"nothing left", "Re:", "", true},
        {"no reply", "regarding: x", "regarding: x", false},
        {"empty", "", "", false},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto base = base_subject(c.subject);
            BOOST_TEST(base.text == c.base);
            BOOST_TEST(base.is_reply == c.is_reply);
        }
    }
    std::string blobs; // in linear time
    for (int i = 0; i < 100'000; ++i)
        blobs += "[x]";
    BOOST_TEST(base_subject(blobs).text == "[x]");
}

// RFC 5051 §2.
BOOST_AUTO_TEST_CASE(casemaps)
{
    BOOST_TEST(mime::casemap("aZ1") == "AZ1");
    BOOST_TEST(mime::casemap("\xc3\xa9") == mime::casemap("E\xcc\x81"));
    BOOST_TEST(mime::casemap("\xc7\x86") == mime::casemap("\xc7\x84")); // one letter of two
    BOOST_TEST(mime::casemap("\xff").size() == 3U);
}

BOOST_AUTO_TEST_CASE(sort_keys_limit)
{
    const auto parses = [](std::size_t count) {
        std::string text = "(SIZE";
        for (std::size_t i = 1; i < count; ++i)
            text += " SIZE";
        text += ")";
        Lexer lexer(text);
        return parse_sort_keys(lexer).has_value();
    };
    BOOST_TEST(parses(kSortKeys));
    BOOST_TEST(!parses(kSortKeys + 1));
}

namespace {

/// "id" or "id<parent" or "id<grandparent,parent", sent one after the other.
std::string threads_of(const std::vector<std::string>& specs, ThreadRule rule)
{
    Threads threads(rule);
    std::uint32_t number = 0;
    for (const auto& spec : specs) {
        ThreadMessage message;
        message.number = ++number;
        message.sent = Time(seconds(number));
        message.arrived = message.sent;
        message.id = static_cast<unsigned char>(spec[0]);
        for (std::size_t i = 2; i < spec.size(); i += 2)
            message.references.push_back(static_cast<unsigned char>(spec[i]));
        threads.add(message);
    }
    std::string out;
    threads.put(out);
    return out;
}

} // namespace

// RFC 5256 §3, REFERENCES.
BOOST_AUTO_TEST_CASE(reference_threads)
{
    struct Case {
        std::string_view name;
        std::vector<std::string> messages;
        std::string_view threads;
    };
    const Case kCases[] = {
        {"none", {}, ""},
        {"chain", {"a", "b<a", "c<a,b"}, "(1 2 3)"},
        {"answer before its question", {"b<a", "a"}, "(2 1)"},
        {"fork", {"a", "b<a", "c<a"}, "(1 (2)(3))"},
        {"missing root with two", {"b<a", "c<a"}, "((1)(2))"},
        {"missing root with one", {"b<a"}, "(1)"},
        {"missing in between", {"a", "c<a,b"}, "(1 2)"},
        {"missing at the top twice", {"d<a,b,c", "e<a,b"}, "((1)(2))"},
        {"loop of two", {"a<b", "b<a"}, "(2 1)"},
        {"itself", {"a<a"}, "(1)"},
        {"same id twice", {"a", "a", "b<a"}, "(2)(1 3)"},
        {"own word beats a guess", {"c<a,b", "b", "a"}, "(2 1)(3)"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) BOOST_TEST(threads_of(c.messages, ThreadRule::Refs) == c.threads);
    }
}

// A conversation so deep that recursion would end the process.
BOOST_AUTO_TEST_CASE(deep_threads)
{
    for (const auto rule : {ThreadRule::References, ThreadRule::Refs}) {
        Threads threads(rule);
        for (std::uint32_t number = 1; number <= 200'000; ++number) {
            ThreadMessage message;
            message.number = number;
            message.sent = Time(seconds(number));
            message.id = number;
            if (number > 1)
                message.references.push_back(number - 1);
            threads.add(message);
        }
        std::string out;
        threads.put(out);
        BOOST_TEST(out.starts_with("(1 2 3 "));
        BOOST_TEST(out.ends_with(" 199999 200000)"));
    }
}
