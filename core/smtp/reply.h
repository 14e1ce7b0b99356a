// A reply: code, enhanced status code and text, always together.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::smtp {

/// One SMTP reply. The text never repeats what the peer sent: an octet of it could end the line.
class Reply {
public:
    /// No reply: the command has written its own.
    Reply() = default;
    /// `enhanced` is "" where RFC 2034 §4 has none (greeting, EHLO, 334, 354). Lines of `text` are
    /// separated by LF.
    Reply(int code, std::string_view enhanced, std::string text)
        : code_(code), enhanced_(enhanced), text_(std::move(text))
    {
    }

    int code() const { return code_; }
    const std::string& enhanced() const { return enhanced_; }
    const std::string& text() const { return text_; }

    /// Its row in the table of replies: "no_such_user"; empty where it has none.
    std::string_view name() const { return name_; }
    void set_name(std::string_view literal) { name_ = literal; }
    void set_text(std::string text) { text_ = std::move(text); }

    bool is_none() const { return code_ == 0; }
    bool is_positive() const { return code_ >= 200 && code_ < 400; }

    /// Ends the session once it is sent.
    Reply&& closing() &&;
    bool closes() const { return closes_; }

private:
    int code_ = 0;
    bool closes_ = false;
    std::string_view name_; ///< of static storage
    std::string enhanced_;
    std::string text_;
};

/// Appends the reply as it goes over the wire, several lines where the text has them.
/// RFC 5321 §4.2.1, RFC 2034 §4: every line carries the enhanced code.
void encode(const Reply& reply, std::string& out);
std::string encode(const Reply& reply);

} // namespace mailctl::smtp
