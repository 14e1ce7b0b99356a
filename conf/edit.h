// Changes one key in a settings file; comments, order and everything else stay as they are.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::conf {

/// `text` with `key` set to `value`, which is TOML, or a bare word taken as a string. Keys:
/// "smtp.vrfy", "listener[NAME].port", "tls.certificate[0].key". A key that is not in the text is
/// added to its table, beside its commented default where there is one.
/// Errors: Invalid (text or value is no TOML), NotFound (no such key, or no such array entry).
Result<std::string> set_in_text(const std::string& text, const std::string& key,
                                const std::string& value);

/// Replaces a file's content: written beside it, synced, renamed; owner and mode are kept.
/// Errors: Unavailable.
Result<> replace_file(const std::string& path, std::string_view content);

} // namespace mailctl::conf
