// What can be told of a stored message, by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/selection.h"
#include "store/account.h"

namespace mailctl::cmd {

/// A message with its card, read only where a column asks for it.
struct MessageView {
    const std::string& user;
    const std::string& mailbox;
    const store::MessageRow& row;
    const std::vector<std::string>& keywords; ///< of the account
    std::optional<store::Email> email;        ///< nullopt: not read, or gone
};

const Properties<MessageView>& message_properties();

/// "seen flagged $Junk"
std::vector<std::string> flag_names(const store::Flags& flags,
                                    const std::vector<std::string>& keywords);
/// From or To, decoded: "Ann <ann@example.org>, bob@example.org".
std::string shown_addresses(const mime::AddressList& list);

/// Reads the card where a column of the filter needs it. Errors: those of the store; none where the
/// message is gone.
Result<> look_into(Context& ctx, const Filter<MessageView>& filter, store::Account& account,
                   MessageView& view);

} // namespace mailctl::cmd
