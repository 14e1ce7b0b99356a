// Greeting text of a listener. SMTP-03
#include "core/smtp/server/banner.h"

#include "core/base/ascii.h"
#include "core/net/banner.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

std::string banner(const Session& s)
{
    const std::string_view word = s.is_lmtp() ? "LMTP" : "ESMTP";
    if (s.listener.banner.empty())
        return s.reached.hostname + ' ' + std::string(word);
    net::BannerFacts facts;
    facts.hostname = s.reached.hostname;
    facts.domain = s.reached.domain;
    facts.peer = s.stream.peer().address;
    facts.now = s.now();
    std::string text = net::fill_in_banner(s.listener.banner, facts);
    if (ascii::find_ignoring_case(text, word) == std::string_view::npos)
        text += ' ' + std::string(word);
    return text;
}

} // namespace mailctl::smtp
