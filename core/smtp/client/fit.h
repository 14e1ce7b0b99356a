// Making a message fit for a peer that cannot take it as it is. For core/smtp/client only.
#pragma once

#include <optional>
#include <string>

#include "core/smtp/client/plan.h"

namespace mailctl::smtp {

/// Larger messages are not converted: it is done in memory.
inline constexpr std::uint64_t kMostConvertedOctets = 64 * 1024 * 1024;

/// A message in one piece.
class TextSource : public MessageSource {
public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    Awaitable<Result<std::string_view>> next() override;
    void rewind() override { is_given_ = false; }

private:
    std::string text_;
    bool is_given_ = false;
};

/// What came of it: a refusal, or the message to send instead; neither: the message itself, rewound.
struct Fitted {
    std::optional<PeerReply> refusal;
    std::unique_ptr<TextSource> converted;
};

/// Does what the plan says: looks whether the header is ASCII, converts to 7bit. `plan` and the
/// envelope's size follow what was converted.
Awaitable<Fitted> make_fit(Plan& plan, Envelope& envelope, const PeerExtensions& offered,
                           MessageSource& message);

} // namespace mailctl::smtp
