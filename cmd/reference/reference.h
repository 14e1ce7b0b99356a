// Manual pages and shell completions, all from the command table and the settings schema.
#pragma once

#include <map>
#include <string>

#include "cmd/context.h"

namespace mailctl::cmd {

/// File name -> content: mailctl.1, mailctl-NOUN.1, mailctl.toml.5.
std::map<std::string, std::string> manual_pages();

/// mailctl-standards.7 from the rows of tests/style/rfc.tsv.
std::string standards_page(const std::string& rows);

/// File name -> content: mailctl.bash, _mailctl (zsh), mailctl.fish.
std::map<std::string, std::string> completions();

} // namespace mailctl::cmd
