// CSV: what spreadsheets and other servers write, and what is wrong with a row.
#include "core/base/csv.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;

namespace {

/// Every row as "line:field|field", "line!reason" for bad ones, rows on lines of their own.
std::string read_all(std::string_view text, std::size_t piece, csv::Format format = {})
{
    csv::Reader reader(format);
    std::string out;
    for (bool at_end = false; !at_end;) {
        at_end = text.empty();
        reader.feed(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
        if (at_end)
            reader.finish();
        csv::Row row;
        for (;;) {
            const auto more = reader.next(row);
            if (more && !*more)
                break;
            out += std::to_string(row.line);
            if (!more) {
                out += '!' + more.error().detail() + '\n';
                continue;
            }
            for (std::size_t i = 0; i < row.fields.size(); ++i)
                out += (i ? '|' : ':') + row.fields[i];
            out += '\n';
        }
    }
    return out;
}

} // namespace

// RFC 4180 §2
BOOST_AUTO_TEST_CASE(csv_rows)
{
    struct Case {
        std::string_view name, text, rows;
        char separator = ',';
        char comment = '\0';
    };
    constexpr Case kCases[] = {
        {"CRLF and LF", "a,b\r\nc,d\ne,f", "1:a|b\n2:c|d\n3:e|f\n"},
        {"quoted", "\"a,b\",\"c\"\"d\"\r\n", "1:a,b|c\"d\n"},
        {"line end in a field", "a,\"b\r\nc\"\nd,e\n", "1:a|b\r\nc\n3:d|e\n"},
        {"byte order mark", "\xEF\xBB\xBF" "a,b\n", "1:a|b\n"},
        {"empty fields", ",,\n\"\",x\n", "1:||\n2:|x\n"},
        {"empty lines", "\n\r\na\n\n\nb\n", "3:a\n6:b\n"},
        {"blanks stay", " a , b\n", "1: a | b\n"},
        {"quote within a plain field", "a\"b,c\n", "1:a\"b|c\n"},
        {"lone CR", "a\rb,c\r\n", "1:a\rb|c\n"},
        {"CR at the end", "a\r", "1:a\n"},
        {"semicolons and comments", "#x;y\na;b,c\n#end", "2:a|b,c\n", ';', '#'},
        {"tabs", "a\tb\n", "1:a|b\n", '\t'},
        {"comment sign within a row", "a,#b\n", "1:a|#b\n", ',', '#'},
        {"separator at the end of file", "a,", "1:a|\n"},
        {"text after a quote", "\"a\"b,c\nd,e\n", "1!text after a closing quote\n2:d|e\n"},
        {"quote never closed", "a\n\"b\nc\n", "1:a\n2!a quoted field does not end\n"},
        {"nothing", "", ""},
        {"only a mark", "\xEF\xBB\xBF", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            for (const std::size_t piece : {1, 2, 3, 1000})
                BOOST_TEST(read_all(c.text, piece, {c.separator, c.comment}) == c.rows);
        }
    }
}

BOOST_AUTO_TEST_CASE(csv_refused)
{
    using namespace std::string_view_literals;
    BOOST_TEST(read_all("a\0b,c\nd\n"sv, 1000) == "1!a NUL octet\n2:d\n");
    for (const std::size_t piece : {1, 2, 1000})
        BOOST_TEST(read_all("\xFF\xFE" "a\0\n\0b\0"sv, piece).starts_with("1!the file is UTF-16"));
    const std::string at_limit(csv::kMaxFieldOctets, 'x');
    BOOST_TEST(read_all(at_limit + "\n", 4096) == "1:" + at_limit + "\n");
    BOOST_TEST(read_all(at_limit + "x\na\n", 4096) ==
               "1!a field is over 64 KiB, or the row over 1 MiB\n2:a\n");
    BOOST_TEST(read_all("\"" + at_limit + "x\na\n", 1) ==
               "1!a field is over 64 KiB, or the row over 1 MiB\n2:a\n");
    const std::string commas(csv::kMaxFields - 1, ',');
    BOOST_TEST(read_all(commas + "\n", 1000).ends_with("|\n"));
    BOOST_TEST(read_all(commas + ",\n", 1000) == "1!over 1000 fields\n");
}

BOOST_AUTO_TEST_CASE(csv_written)
{
    BOOST_TEST(csv::format_row({"a", "b c", ""}) == "a,b c,\r\n");
    BOOST_TEST(csv::format_row({"a,b", "c\"d", "e\nf"}) == "\"a,b\",\"c\"\"d\",\"e\nf\"\r\n");
    BOOST_TEST(csv::format_row({"a;b", "c,d"}, ';') == "\"a;b\";c,d\r\n");
    BOOST_TEST(csv::format_row({""}) == "\"\"\r\n");
    const std::vector<std::string> fields = {"\"", ",", "\r\n", "", " x "};
    BOOST_TEST(read_all(csv::format_row(fields), 1) == "1:\"|,|\r\n|| x \n");
}
