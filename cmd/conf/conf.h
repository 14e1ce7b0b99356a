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

} // namespace mailctl::cmd
