// Writes status lines.
#include "core/pop3/reply.h"

namespace mailctl::pop3 {
namespace {

std::string_view text_of(Code code)
{
    switch (code) {
    case Code::None:
        return "";
    case Code::Auth:
        return "[AUTH] ";
    case Code::InUse:
        return "[IN-USE] ";
    case Code::LoginDelay:
        return "[LOGIN-DELAY] ";
    case Code::SysTemp:
        return "[SYS/TEMP] ";
    case Code::SysPerm:
        return "[SYS/PERM] ";
    }
    return "";
}

} // namespace

Reply::Reply(bool is_ok, Code code, std::string text) : line_(is_ok ? "+OK " : "-ERR ")
{
    line_ += text_of(code);
    line_ += text;
    line_ += "\r\n";
}

} // namespace mailctl::pop3
