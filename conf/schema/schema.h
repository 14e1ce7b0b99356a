// One row a setting: path, type, default, help, manual text, and what a change of it takes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/value.h"
#include "core/base/result.h"

namespace mailctl::conf {

/// What a change of the setting takes in a running server.
enum class Effect {
    Hot,       ///< at once, for everyone
    Reconnect, ///< for new sessions; those that go on keep the old value
    Restart,   ///< after a restart only
};
std::string_view name_of(Effect effect);

/// A setting of `Owner`: Config itself, or one table of an array ([[listener]]).
template <class Owner>
struct Setting {
    std::string_view path;   ///< "limits.message.recipients"; inside an array: "port"
    std::string_view type;   ///< "string", "integer", "octets", "duration", "boolean", "list", "choice"
    std::string choices;     ///< of a choice: "refuse, fix"
    std::string_view help;   ///< one line
    std::string_view manual; ///< a paragraph, may be empty
    Effect effect = Effect::Reconnect;
    std::string_view since = "0.1";
    /// Errors: Invalid (wrong type, out of range, unknown word), saying what is wanted.
    std::function<Result<>(Owner&, const Value&)> assign;
    std::function<std::string(const Owner&)> print; ///< as TOML
};

const std::vector<Setting<Config>>& settings();
const std::vector<Setting<Listener>>& listener_settings();
const std::vector<Setting<Certificate>>& certificate_settings();

/// The default of a setting, as TOML.
template <class Owner>
std::string default_of(const Setting<Owner>& setting)
{
    return setting.print(Owner{});
}

} // namespace mailctl::conf
