// mailctl dkim: keys that sign mail, and signatures.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/context.h"
#include "core/dkim/domain_keys.h"
#include "store/dkim_keys.h"

namespace mailctl::cmd {

void add_dkim_keygen(CLI::App& dkim, Context& ctx);
void add_dkim_import(CLI::App& dkim, Context& ctx);
void add_dkim_list(CLI::App& dkim, Context& ctx);
void add_dkim_show(CLI::App& dkim, Context& ctx);
void add_dkim_dns(CLI::App& dkim, Context& ctx);
void add_dkim_check(CLI::App& dkim, Context& ctx);
void add_dkim_enable(CLI::App& dkim, Context& ctx);
void add_dkim_disable(CLI::App& dkim, Context& ctx);
void add_dkim_activate(CLI::App& dkim, Context& ctx);
void add_dkim_retire(CLI::App& dkim, Context& ctx);
void add_dkim_delete(CLI::App& dkim, Context& ctx);
void add_dkim_set(CLI::App& dkim, Context& ctx);
void add_dkim_rotate(CLI::App& dkim, Context& ctx);
void add_dkim_sign(CLI::App& dkim, Context& ctx);
void add_dkim_verify(CLI::App& dkim, Context& ctx);

// What the verbs share ------------------------------------------------------------------------
/// A name that is hosted here, domain or alias, in canonical form. Errors: Invalid, NotFound.
Result<std::string> hosted_name(Context& ctx, const std::string& given);
/// Keys and policy of a name; none of them where it has none. Errors: Invalid.
Result<store::DkimDomain> dkim_of(Context& ctx, const std::string& given);
/// The same; NotFound where there are no keys.
Result<store::DkimDomain> keys_of(Context& ctx, const std::string& given);
/// Commits a change. Errors: those of DkimKeys::update_keys.
Result<store::DkimDomain> update_dkim(Context& ctx, const std::string& domain,
                                      std::function<Result<>(store::DkimDomain&)> change);
/// "rsa 2048", "ed25519"
std::string key_text(const store::DkimKey& key);
/// A time, or nothing where it is Time{}.
std::optional<Time> given_time(Time time);

/// A message with CRLF as line ends: those of a file with bare LFs are made so.
/// Errors: as read_input, Invalid (both kinds of line ends).
Result<std::string> read_message(Context& ctx, const std::string& path, bool& had_bare_lf);

} // namespace mailctl::cmd
