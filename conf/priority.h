// What the keys of queue.priority mean that are no class of mail.
#pragma once

#include <optional>
#include <string_view>

namespace mailctl::conf {

/// 3 of "after_3": the priority that a message has after so many attempts. OUT-20
std::optional<unsigned> attempts_of_priority(std::string_view name);

} // namespace mailctl::conf
