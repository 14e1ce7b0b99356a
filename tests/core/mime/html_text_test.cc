// HTML without markup, in pieces.
#include "core/mime/html_text.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl::mime;

namespace {

std::string text_of(std::string_view html, std::size_t piece = 1000)
{
    HtmlText reader;
    std::string out;
    for (; !html.empty(); html.remove_prefix(std::min(piece, html.size())))
        reader.feed(html.substr(0, piece), out);
    reader.finish(out);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(html_text)

BOOST_AUTO_TEST_CASE(without_markup)
{
    struct Case {
        std::string_view html, text;
    };
    const Case cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"  one\r\n two ", "one two"},
        {"<p>one</p><p>two</p>", "one two"},
        {"<b>H</b>ello <i class=\"x\">you</i>", "Hello you"},
        {"a<br>b<td>c", "a b c"},
        {"<style>p { x: y }</style>text<script>if (a < b) x();</script>", "text"},
        {"<STYLE>x</style >shown", "shown"},
        {"one<!-- <p>no --> two<!---->!", "one two!"},
        {"Tom &amp; J&eacute;r&#244;me &#x20AC;5&nbsp;off", "Tom & J\xc3\xa9r\xc3\xb4me \xe2\x82\xac""5 off"},
        {"AT&T &unknown; &", "AT&T &unknown; &"},
        {"&lt;tag&gt; a < b, 1<2", "<tag> a < b, 1<2"},
        {"&amp", "&amp"},
        {"&#0;&#xD800;&#1114112;", "&#0;&#xD800;&#1114112;"},
        {"cut <a href=", "cut"},
        {"cut <", "cut <"},
        {"&averyveryverylongname;", "&averyveryverylongname;"},
    };
    for (const auto& c : cases)
        BOOST_TEST_CONTEXT(c.html)
        {
            BOOST_TEST(text_of(c.html) == c.text);
            BOOST_TEST(text_of(c.html, 1) == c.text);
        }
}

BOOST_AUTO_TEST_SUITE_END()
