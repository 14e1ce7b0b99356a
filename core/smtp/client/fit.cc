// Looks into messages, and converts them, for peers without SMTPUTF8, 8BITMIME or BINARYMIME.
#include "core/smtp/client/fit.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/to_7bit.h"
#include "core/smtp/header_scan.h"

namespace mailctl::smtp {
namespace {

enum class Upto { Header, End };

/// The message, or as much as holds its header; from its start, and rewound.
Awaitable<Result<std::string>> read_text(MessageSource& message, Upto upto)
{
    std::string text;
    message.rewind();
    for (;;) {
        const auto piece = co_await message.next();
        if (!piece)
            co_return piece.error();
        if (piece->empty())
            break;
        const std::size_t looked_at = text.size() < 3 ? 0 : text.size() - 3;
        text += *piece;
        if (upto == Upto::End)
            continue;
        const auto end = find_header_end(text, looked_at);
        if (end == std::string::npos)
            continue;
        text.resize(end);
        break;
    }
    message.rewind();
    co_return text;
}

PeerReply cannot_read(const Error& why)
{
    return own_words("4.3.0", "the message cannot be read: " + why.detail());
}

} // namespace

Awaitable<Result<std::string_view>> TextSource::next()
{
    if (std::exchange(is_given_, true))
        co_return std::string_view();
    co_return std::string_view(text_);
}

Awaitable<Fitted> make_fit(Plan& plan, Envelope& envelope, const PeerExtensions& offered,
                           MessageSource& message)
{
    Fitted fitted;
    if (plan.ascii_header) { // RFC 6531 §3.1, but: sent where nothing of it is internationalized
        const auto header = co_await read_text(message, Upto::Header);
        if (!header)
            fitted.refusal = cannot_read(header.error());
        else if (std::any_of(header->begin(), header->end(), ascii::is_8bit))
            fitted.refusal =
                own_words("5.6.7", "the peer does not take internationalized headers (SMTPUTF8)");
    }
    if (fitted.refusal || !plan.to_7bit)
        co_return fitted;
    if (envelope.octets > kMostConvertedOctets) {
        fitted.refusal = own_words("5.6.3", "the message is too large to be converted to 7bit");
        co_return fitted;
    }
    auto text = co_await read_text(message, Upto::End);
    if (!text) {
        fitted.refusal = cannot_read(text.error());
        co_return fitted;
    }
    auto converted = mime::to_7bit(*text);
    if (!converted) {
        fitted.refusal = own_words("5.6.3", "the peer takes 7bit only, and the message cannot be "
                                            "converted: " + converted.error().detail());
        co_return fitted;
    }
    envelope.octets = converted->size();
    if (plan.mail.size)
        plan.mail.size = envelope.octets;
    if (offered.size > 0 && envelope.octets > offered.size)
        fitted.refusal = own_words("5.3.4", "the message is larger than the peer takes once it is "
                                            "converted to 7bit");
    fitted.converted = std::make_unique<TextSource>(*std::move(converted));
    co_return fitted;
}

} // namespace mailctl::smtp
