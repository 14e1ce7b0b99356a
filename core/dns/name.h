// Names as text: lower case, without the final dot; the root is empty.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::dns {

/// "example.org" of "mx.example.org"; the root's is the root.
inline std::string parent_of(std::string_view name)
{
    const auto dot = name.find('.');
    return std::string(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
}

/// True for the zone's own name and all below it.
inline bool is_within(std::string_view name, std::string_view zone)
{
    return zone.empty() || name == zone ||
           (name.size() > zone.size() && name.ends_with(zone) &&
            name[name.size() - zone.size() - 1] == '.');
}

/// The name one label longer than `above` on the way down to `name`, which is below it.
inline std::string next_towards(std::string_view name, std::string_view above)
{
    const std::size_t rest = above.empty() ? 0 : above.size() + 1;
    const auto dot = name.substr(0, name.size() - rest).rfind('.');
    return std::string(dot == std::string_view::npos ? name : name.substr(dot + 1));
}

/// For people: the root is ".".
inline std::string shown(std::string_view name)
{
    return std::string(name.empty() ? std::string_view(".") : name);
}

} // namespace mailctl::dns
