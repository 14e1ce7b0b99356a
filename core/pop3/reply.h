// One status line of POP3. RFC 1939 §3, response codes of RFC 2449 §8 and RFC 3206
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace mailctl::pop3 {

enum class Code {
    None,
    Auth,       ///< [AUTH]: the user's credentials are the trouble. RFC 3206 §5
    InUse,      ///< [IN-USE]: another session holds the mailbox. RFC 2449 §8.1.2
    LoginDelay, ///< [LOGIN-DELAY]: too soon after the last login. RFC 2449 §8.1.1
    SysTemp,    ///< [SYS/TEMP]: try later. RFC 3206 §4
    SysPerm,    ///< [SYS/PERM]: the operator must act. RFC 3206 §4
};

/// Never repeats what the client sent. A default one says that all was sent already.
class Reply {
public:
    Reply() = default;
    static Reply ok(std::string text) { return Reply(true, Code::None, std::move(text)); }
    static Reply error(std::string text) { return Reply(false, Code::None, std::move(text)); }
    static Reply error(Code code, std::string text) { return Reply(false, code, std::move(text)); }

    /// The session ends after this reply.
    Reply closing() &&
    {
        closes_ = true;
        return std::move(*this);
    }
    /// The client is at fault: counted against its limit of bad commands.
    Reply bad() &&
    {
        is_bad_ = true;
        return std::move(*this);
    }

    bool is_sent() const { return line_.empty(); }
    bool is_bad() const { return is_bad_; }
    bool closes() const { return closes_; }
    /// With CRLF.
    const std::string& line() const { return line_; }

private:
    Reply(bool is_ok, Code code, std::string text);

    std::string line_;
    bool is_bad_ = false;
    bool closes_ = false;
};

} // namespace mailctl::pop3
