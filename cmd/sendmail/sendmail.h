// Mail from programs of this machine: sendmail, mailq and newaliases.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/context.h"
#include "core/submit/dialogue.h"

namespace mailctl::cmd {

class SendingServices; // cmd/sending_services.h

void add_sendmail(CLI::App& app, Context& ctx);
void add_send(CLI::App& app, Context& ctx);

/// What sendmail is asked to do.
struct SendmailOptions {
    enum class Mode { Deliver, Smtp, Queue, Flush, Aliases } mode = Mode::Deliver;
    std::vector<std::string> recipients;
    std::optional<std::string> sender; ///< "" or "<>": null
    std::string full_name, login, notify, returned, envelope_id, body;
    std::string hold_until; ///< RFC 3339; empty: it goes at once
    bool read_recipients = false, ignore_dots = false;
};

/// The words of the sendmail of old (its name in argv[0], or after "mailctl [OPTION]... sendmail")
/// in mailctl's own; others as they are. Errors: Invalid (no such option).
Result<std::vector<std::string>> translate_sendmail(std::string_view name,
                                                    std::vector<std::string> arguments);

/// The next piece of a message; empty: its end. An error ends it, and nothing is sent.
using MessageSource = std::function<Result<std::string>()>;

/// Reads the message from `source`, or where that is empty from standard input, and hands it over
/// piece by piece. Gives the exit status.
int send_message(Context& ctx, const SendmailOptions& options, const std::string& domain,
                 submit::Dialogue& dialogue, boost::asio::any_io_executor executor,
                 const MessageSource& source = {});
/// Hands over a whole message, in the server or by the store. Gives the exit status.
int send_text(Context& ctx, const SendmailOptions& options, const std::string& text);
/// One of several, with services that the caller finishes.
int send_pieces(Context& ctx, const SendmailOptions& options, const MessageSource& source,
                const SendingServices& services);

/// For callers who may use neither the control socket nor the store: by SMTP to a listener of this
/// machine, or through the pickup folder. nullopt: the usual way is open.
std::optional<int> run_sendmail_outside(Context& ctx,
                                        const Result<std::shared_ptr<const conf::Config>>& config);

/// Where `sendmail` qualifies names without a domain.
std::string sendmail_domain(const conf::Config& config);

/// What mailq prints.
int print_mail_queue(Context& ctx);

} // namespace mailctl::cmd
