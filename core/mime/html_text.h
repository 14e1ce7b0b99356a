// HTML as it is read: without markup.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::mime {

/// Takes markup out of HTML, in pieces of any size, with a few octets of memory: tags and comments
/// go, <style> and <script> with what is in them, character references become what they stand for,
/// blanks are joined, and what is set apart (paragraphs, cells, lines) is set apart by a blank. Never
/// fails: what is no markup is text.
class HtmlText {
public:
    /// UTF-8, cut anywhere.
    void feed(std::string_view html, std::string& out);
    /// Appends what was held back.
    void finish(std::string& out);

private:
    enum class State { Text, Tag, Comment, Reference };
    void take(char c, std::string& out);
    void take_text(char c, std::string& out);
    void take_in_tag(char c, std::string& out);
    void take_in_reference(char c, std::string& out);
    void end_tag();
    void put(std::string_view text, std::string& out);
    void put_blank() { is_blank_due_ = true; }

    State state_ = State::Text;
    std::string held_;          ///< of a tag or a reference, as far as it matters
    std::string hidden_;        ///< the element whose content is not shown; empty: none
    bool is_blank_due_ = false; ///< before the next text
    bool has_text_ = false;
};

} // namespace mailctl::mime
