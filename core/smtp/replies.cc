// The texts: short, the same for everyone, and silent about what the peer sent.
#include "core/smtp/replies.h"

#include <string>

namespace mailctl::smtp {
namespace {

// Codes: RFC 5321 §4.2.3, RFC 4954 §6, RFC 3207 §4; enhanced codes: RFC 3463, RFC 5248.
constexpr ReplyRow kRows[] = {
    {Say::ReadyForTls, "ready_for_tls", 220, "2.0.0", "Ready for TLS"},
    {Say::Bye, "bye", 221, "2.0.0", "Bye"},
    {Say::AuthenticationDone, "authentication_done", 235, "2.7.0", "Authenticated"},
    {Say::Ok, "ok", 250, "2.0.0", "OK"},
    {Say::SenderAccepted, "sender_accepted", 250, "2.1.0", "Sender accepted"},
    {Say::RecipientAccepted, "recipient_accepted", 250, "2.1.5", "Recipient accepted"},
    {Say::ChunkAccepted, "chunk_accepted", 250, "2.0.0", "Chunk accepted"},
    {Say::CannotVerify, "cannot_verify", 252, "2.5.2", "Cannot verify; send the message to find out"},
    {Say::StartData, "start_data", 354, "", "Send the message; end it with <CRLF>.<CRLF>"},

    {Say::ServiceClosing, "service_closing", 421, "4.3.2", "Shutting down; try again later"},
    {Say::TooManyErrors, "too_many_errors", 421, "4.7.0", "Too many errors"},
    {Say::TooManyUnknownRecipients, "too_many_unknown_recipients", 421, "4.7.0",
     "Too many unknown recipients"},
    {Say::TooManyConnections, "too_many_connections", 421, "4.7.0",
     "Too many connections; try again later"},
    {Say::TooManyMessages, "too_many_messages", 421, "4.7.0",
     "Too many messages in this session; connect again"},
    {Say::TooManyResets, "too_many_resets", 421, "4.7.0",
     "Too many resets in this session; connect again"},
    {Say::SessionTooLong, "session_too_long", 421, "4.4.2", "Session took too long"},
    {Say::Idle, "idle", 421, "4.4.2", "Idle for too long"},
    {Say::LineWithoutEnd, "line_without_end", 421, "4.5.2", "Line without an end"},
    {Say::NotHttp, "not_http", 421, "4.7.0", "This is a mail server"},
    {Say::TemporaryFailure, "temporary_failure", 451, "4.3.0", "Temporary failure; try again later"},
    {Say::LocalError, "local_error", 451, "4.3.0", "Could not store the message; try again later"},
    {Say::UserSuspended, "user_suspended", 450, "4.2.1", "Mailbox is suspended for now"},
    {Say::OverQuotaForNow, "over_quota_for_now", 452, "4.2.2", "Mailbox is full; try again later"},
    {Say::DomainOverQuotaForNow, "domain_over_quota_for_now", 452, "4.2.2",
     "Domain's storage is full; try again later"},
    {Say::TooManyRecipients, "too_many_recipients", 452, "4.5.3", "Too many recipients"},
    {Say::SendingLimitForNow, "sending_limit_for_now", 452, "4.7.1",
     "You have sent enough for now; try again later"},
    {Say::TlsUnavailable, "tls_unavailable", 454, "4.7.0", "TLS is not available for now"},
    {Say::AuthenticationUnavailable, "authentication_unavailable", 454, "4.7.0",
     "Authentication is not available for now"},
    {Say::TooManyLogins, "too_many_logins", 454, "4.7.0",
     "Too many failed logins; try again later"},

    {Say::LineTooLong, "line_too_long", 500, "5.5.2", "Line too long"},
    {Say::UnknownCommand, "unknown_command", 500, "5.5.1", "Unknown command"},
    {Say::LineEnding, "line_ending", 500, "5.5.2", "Lines must end with CR LF"},
    {Say::ControlInCommand, "control_in_command", 500, "5.5.2", "Control character in command"},
    {Say::AuthLineTooLong, "auth_line_too_long", 500, "5.5.6", "Authentication line too long"},
    {Say::BadArguments, "bad_arguments", 501, "5.5.4", "Bad arguments"},
    {Say::NoArguments, "no_arguments", 501, "5.5.4", "This command takes no arguments"},
    {Say::BadHello, "bad_hello", 501, "5.5.4", "Name a domain or an address literal"},
    {Say::BadSender, "bad_sender", 501, "5.1.7", "Bad sender address syntax"},
    {Say::BadRecipient, "bad_recipient", 501, "5.1.3", "Bad recipient address syntax"},
    {Say::BadParameter, "bad_parameter", 501, "5.5.4", "Bad parameter value"},
    {Say::BadBase64, "bad_base64", 501, "5.5.2", "Bad base64"},
    {Say::AuthenticationCancelled, "authentication_cancelled", 501, "5.7.0",
     "Authentication cancelled"},
    {Say::CommandDisabled, "command_disabled", 502, "5.5.1", "Command is disabled"},
    {Say::NotOffered, "not_offered", 502, "5.5.1", "Command is not offered here"},
    {Say::HelloFirst, "hello_first", 503, "5.5.1", "Say hello first"},
    {Say::MailFirst, "mail_first", 503, "5.5.1", "Send MAIL first"},
    {Say::RecipientFirst, "recipient_first", 503, "5.5.1", "No valid recipients"},
    {Say::NestedMail, "nested_mail", 503, "5.5.1", "A transaction is open already"},
    {Say::ChunksStarted, "chunks_started", 503, "5.5.1", "Chunks have started; go on with BDAT"},
    {Say::BinaryNeedsChunks, "binary_needs_chunks", 503, "5.5.1", "BINARYMIME needs BDAT"},
    {Say::TlsAlready, "tls_already", 503, "5.5.1", "TLS is on already"},
    {Say::AuthenticatedAlready, "authenticated_already", 503, "5.5.1", "Authenticated already"},
    {Say::AuthenticationInTransaction, "authentication_in_transaction", 503, "5.5.1",
     "Not during a transaction"},
    {Say::MechanismUnknown, "mechanism_unknown", 504, "5.5.4", "Mechanism is not offered"},
    {Say::AuthenticationNeedsTls, "authentication_needs_tls", 538, "5.7.11",
     "Authentication needs TLS"},
    {Say::ParameterUnknown, "parameter_unknown", 555, "5.5.4", "Unknown parameter"},
    {Say::WrongHello, "wrong_hello", 500, "5.5.1", "This is LMTP: say LHLO"},

    {Say::TlsFirst, "tls_first", 530, "5.7.0", "Start TLS first"},
    {Say::AuthenticationRequired, "authentication_required", 530, "5.7.0",
     "Authentication required"},
    {Say::AuthenticationFailed, "authentication_failed", 535, "5.7.8",
     "Authentication failed"},
    {Say::AccessDenied, "access_denied", 554, "5.7.1", "Access denied"},
    {Say::NoSuchUser, "no_such_user", 550, "5.1.1", "No such user here"},
    {Say::NoSuchRecipientHost, "no_such_recipient_host", 550, "5.1.2",
     "Address literals are not accepted here"},
    {Say::UserDisabled, "user_disabled", 550, "5.2.1", "Mailbox is disabled"},
    {Say::UserReadOnly, "user_read_only", 550, "5.2.1", "Mailbox is read-only"},
    {Say::UserExpired, "user_expired", 550, "5.2.1", "Mailbox has expired"},
    {Say::DomainDisabled, "domain_disabled", 550, "5.2.1", "Domain is disabled"},
    {Say::RelayDenied, "relay_denied", 550, "5.7.1", "Relaying denied"},
    {Say::NullSenderRefused, "null_sender_refused", 550, "5.7.1",
     "Mail without a sender is not accepted here"},
    {Say::LocalSenderRefused, "local_sender_refused", 550, "5.7.1",
     "Authenticate to send from this domain"},
    {Say::AccountClosed, "account_closed", 550, "5.7.1", "Account may not send any more"},
    {Say::HeaderSenderRefused, "header_sender_refused", 550, "5.7.1",
     "From field names an address that is not yours"},
    {Say::MailLoop, "mail_loop", 550, "5.4.6", "Address leads back to itself"},
    {Say::ForwardedTooOften, "forwarded_too_often", 550, "5.4.6",
     "Forwarded too often: the forwards go round"},
    {Say::ForgedReturn, "forged_return", 550, "5.1.1",
     "Not a return address of this server, or it has expired"},
    {Say::OverQuota, "over_quota", 552, "5.2.2", "Mailbox is full"},
    {Say::DomainOverQuota, "domain_over_quota", 552, "5.2.2", "Domain's storage is full"},
    {Say::SenderOverQuota, "sender_over_quota", 552, "5.2.2",
     "Your mailbox is full: make room before you send"},
    {Say::SendingLimit, "sending_limit", 550, "5.7.1", "You have sent enough for now"},
    {Say::MessageTooLarge, "message_too_large", 552, "5.3.4", "Message is too large"},
    {Say::SenderNotOwned, "sender_not_owned", 553, "5.7.1", "Sender address is not yours"},
    {Say::Utf8Address, "utf8_address", 553, "5.6.7", "Non-ASCII address needs SMTPUTF8"},
    {Say::UrlUnresolved, "url_unresolved", 554, "5.6.6",
     "URL does not lead to what you may send"}, // RFC 4468 §3.5
    {Say::UrlOfOthers, "url_of_others", 554, "5.7.14", "URL of a server that is not trusted here"},
    {Say::NoRecipients, "no_recipients", 554, "5.5.1", "No valid recipients"},
    {Say::BareNewline, "bare_newline", 554, "5.6.0", "Bare CR or LF in the message"},
    {Say::TextLineTooLong, "text_line_too_long", 554, "5.6.0", "Line of the message too long"},
    {Say::TooManyHops, "too_many_hops", 554, "5.4.6", "Too many hops"},
    {Say::HeaderTooLarge, "header_too_large", 552, "5.3.4", "Header of the message too large"},
};
static_assert(std::size(kRows) == static_cast<std::size_t>(Say::kCount_));

} // namespace

std::span<const ReplyRow> replies()
{
    return kRows;
}

const ReplyRow& row_of(Say key)
{
    return kRows[static_cast<std::size_t>(key)];
}

Reply make_reply(Say key)
{
    const ReplyRow& row = row_of(key);
    Reply reply(row.code, row.enhanced, std::string(row.text));
    reply.set_name(row.name);
    return reply;
}

} // namespace mailctl::smtp
