// The words of notices for people: built in, or from bounce.templates.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "conf/outbound.h"
#include "core/queue/bounce.h"

namespace mailctl::queue {

/// A subject and a text. In a file: "Subject: ..." first, then a blank line and the text.
struct NoticeText {
    std::string subject;
    std::string text; ///< LF line ends, UTF-8
};

inline constexpr std::size_t kMaxTemplateOctets = 64 * 1024;

/// DOMAIN/KIND.LANGUAGE.txt, DOMAIN/KIND.txt, KIND.LANGUAGE.txt, KIND.txt of bounce.templates, else
/// the built-in text of the language, else the English one. `domain`: the sender's.
NoticeText notice_text(const conf::BounceSettings& settings, Notice notice,
                       std::string_view domain);

/// A text of a notice of some kind in one language.
struct BuiltInText {
    std::string_view language;
    std::string_view subject;
    std::string_view text;
};
/// The same for a kind of notice that is no Notice: files are called after it.
NoticeText text_of(const conf::BounceSettings& settings, std::string_view kind,
                   std::span<const BuiltInText> built_in, std::string_view domain);

/// Replaces {name} by its value; unknown names stay as they are.
std::string filled_in(std::string_view text, const std::map<std::string, std::string>& values);

} // namespace mailctl::queue
