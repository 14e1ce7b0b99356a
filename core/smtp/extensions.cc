// Writes the keywords of EHLO in one fixed order.
#include "core/smtp/extensions.h"

namespace mailctl::smtp {
namespace {

void append_auth(std::string& text, const std::vector<std::string>& mechanisms)
{
    if (mechanisms.empty())
        return;
    text += "\nAUTH";
    for (const auto& mechanism : mechanisms)
        text += ' ' + mechanism;
}

/// RFC 9422 §3: "LIMITS" and name=value pairs.
void append_limits(std::string& text, const Extensions& extensions)
{
    if (extensions.recipients == 0 && extensions.messages == 0)
        return;
    text += "\nLIMITS";
    if (extensions.messages > 0)
        text += " MAILMAX=" + std::to_string(extensions.messages);
    if (extensions.recipients > 0)
        text += " RCPTMAX=" + std::to_string(extensions.recipients);
}

} // namespace

std::string ehlo_text(std::string_view hostname, const Extensions& extensions)
{
    std::string text(hostname);
    text += "\nPIPELINING";
    text += "\nSIZE " + std::to_string(extensions.size); // RFC 1870 §4: 0 is no fixed limit
    text += "\n8BITMIME";
    if (extensions.chunking)
        text += "\nCHUNKING\nBINARYMIME"; // RFC 3030 §3: BINARYMIME requires CHUNKING
    if (!extensions.burl_host.empty()) // RFC 4468 §3
        text += "\nBURL imap imap://" + extensions.burl_host;
    if (extensions.utf8)
        text += "\nSMTPUTF8";
    text += "\nENHANCEDSTATUSCODES\nDSN";
    if (extensions.start_tls)
        text += "\nSTARTTLS";
    if (extensions.require_tls)
        text += "\nREQUIRETLS";
    if (extensions.future_release > 0) // RFC 4865 §3
        text += "\nFUTURERELEASE " + std::to_string(extensions.future_release) + ' ' +
                to_rfc3339(extensions.future_release_until);
    if (extensions.etrn)
        text += "\nETRN";
    append_auth(text, extensions.auth);
    append_limits(text, extensions);
    if (extensions.vrfy)
        text += "\nVRFY";
    if (extensions.expn)
        text += "\nEXPN";
    if (extensions.help)
        text += "\nHELP";
    return text;
}

} // namespace mailctl::smtp
