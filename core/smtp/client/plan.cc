// Holds an envelope against what the peer offers.
#include "core/smtp/client/plan.h"

#include <algorithm>

#include "core/address/address.h"
#include "core/base/ascii.h"

namespace mailctl::smtp {
namespace {

bool is_ascii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), ascii::is_8bit);
}

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), ascii::is_control);
}

/// The address with its domain in A-labels. RFC 6531 §3.4: not otherwise for peers without SMTPUTF8
void to_a_labels(std::string& address)
{
    if (is_ascii(address))
        return;
    if (const auto parsed = address::parse(address))
        address = address::to_string(*parsed);
}

PeerReply needs_utf8()
{
    return own_words("5.6.7", "the peer does not take internationalized mail (SMTPUTF8)");
}

/// What of the whole message the peer cannot take.
std::optional<PeerReply> refusal_of(const Envelope& envelope, const PeerExtensions& offered,
                                    bool is_secure)
{
    if (has_control(envelope.sender))
        return own_words("5.1.7", "the sender's address cannot be written");
    if (offered.size > 0 && envelope.octets > offered.size) // RFC 1870 §6.1
        return own_words("5.3.4", "the message is larger than the peer takes (" +
                                      std::to_string(offered.size) + " octets)");
    if (envelope.require_tls && !is_secure) // RFC 8689 §4.2.1
        return own_words("5.7.30", "REQUIRETLS: the connection has no TLS");
    if (envelope.require_tls && !offered.require_tls)
        return own_words("5.7.30", "REQUIRETLS: the peer does not offer it");
    if (!offered.smtp_utf8 && !is_ascii(envelope.sender))
        return needs_utf8();
    return std::nullopt;
}

void choose_body(Plan& plan, const Envelope& envelope, const PeerExtensions& offered)
{
    const bool takes_binary = offered.binary_mime && offered.chunking;
    if (envelope.body_binary && takes_binary)
        plan.mail.body = Body::BinaryMime;
    else if (envelope.body_binary || (envelope.body_8bit && !offered.eight_bit_mime))
        plan.to_7bit = true;
    else if (envelope.body_8bit)
        plan.mail.body = Body::EightBitMime;
    plan.chunks = plan.mail.body == Body::BinaryMime ||
                  (offered.chunking && envelope.octets >= kChunkedFromOctets);
}

} // namespace

Plan make_plan(Envelope& envelope, const PeerExtensions& offered, bool is_secure)
{
    Plan plan;
    if (!offered.smtp_utf8)
        to_a_labels(envelope.sender);
    plan.refusal = refusal_of(envelope, offered, is_secure);
    if (plan.refusal)
        return plan;
    bool needs_smtp_utf8 = envelope.smtp_utf8 || !is_ascii(envelope.sender);
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        std::string& address = envelope.recipients[i].address;
        if (!offered.smtp_utf8)
            to_a_labels(address);
        if (has_control(address))
            plan.refused.push_back({i, own_words("5.1.3", "the address cannot be written")});
        else if (!offered.smtp_utf8 && !is_ascii(address))
            plan.refused.push_back({i, needs_utf8()});
        else
            plan.recipients.push_back(i);
        needs_smtp_utf8 = needs_smtp_utf8 || !is_ascii(address);
    }
    plan.mail.smtp_utf8 = needs_smtp_utf8 && offered.smtp_utf8;
    plan.ascii_header = envelope.smtp_utf8 && !offered.smtp_utf8;
    choose_body(plan, envelope, offered);
    if (offered.has_size && envelope.octets > 0)
        plan.mail.size = envelope.octets;
    plan.mail.require_tls = envelope.require_tls;
    plan.dsn = offered.dsn;
    if (offered.dsn) {
        if (envelope.return_given)
            plan.mail.return_full = envelope.return_full;
        plan.mail.envelope_id = envelope.envelope_id;
    }
    return plan;
}

} // namespace mailctl::smtp
