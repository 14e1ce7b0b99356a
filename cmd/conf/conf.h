// mailctl conf: the settings as files.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_conf_init(CLI::App& conf, Context& ctx);
void add_conf_check(CLI::App& conf, Context& ctx);
void add_conf_show(CLI::App& conf, Context& ctx);
void add_conf_describe(CLI::App& conf, Context& ctx);
void add_conf_set(CLI::App& conf, Context& ctx);
void add_conf_plan(CLI::App& conf, Context& ctx);
void add_conf_apply(CLI::App& conf, Context& ctx);
void add_conf_confirm(CLI::App& conf, Context& ctx);

/// The settings file of this run: -c, else $MAILCTL_CONF, else /etc/mailctl/mailctl.toml.
std::string settings_file(const Context& ctx);

/// Writes `value`, TOML or a bare word, for `key` into the file that sets it, else the main one.
/// Gives the exit status; what is wrong was told.
int change_setting(Context& ctx, const std::string& key, const std::string& value);

} // namespace mailctl::cmd
