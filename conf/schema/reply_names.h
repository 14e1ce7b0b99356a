// The names of the fixed SMTP replies, for smtp.replies.
#pragma once

#include <string_view>

namespace mailctl::conf {

/// Those of the table in core/smtp/replies.cc, in its order; a test compares.
inline constexpr std::string_view kReplyNames[] = {
    "ready_for_tls", "bye", "authentication_done", "ok", "sender_accepted",
    "recipient_accepted", "chunk_accepted", "cannot_verify", "start_data", "service_closing",
    "too_many_errors", "too_many_unknown_recipients", "too_many_connections",
    "too_many_messages", "too_many_resets", "session_too_long", "idle", "line_without_end",
    "not_http", "temporary_failure", "local_error", "user_suspended", "over_quota_for_now",
    "domain_over_quota_for_now", "too_many_recipients", "sending_limit_for_now",
    "tls_unavailable", "authentication_unavailable", "too_many_logins", "line_too_long",
    "unknown_command", "line_ending", "control_in_command", "auth_line_too_long",
    "bad_arguments", "no_arguments", "bad_hello", "bad_sender", "bad_recipient",
    "bad_parameter", "bad_base64", "authentication_cancelled", "command_disabled",
    "not_offered", "hello_first", "mail_first", "recipient_first", "nested_mail",
    "chunks_started", "binary_needs_chunks", "tls_already", "authenticated_already",
    "authentication_in_transaction", "mechanism_unknown", "authentication_needs_tls",
    "parameter_unknown", "wrong_hello", "tls_first", "authentication_required",
    "authentication_failed", "access_denied", "no_such_user", "no_such_recipient_host",
    "user_disabled", "user_read_only", "user_expired", "domain_disabled", "relay_denied",
    "null_sender_refused", "local_sender_refused", "account_closed", "header_sender_refused",
    "mail_loop", "forwarded_too_often", "forged_return", "over_quota", "domain_over_quota", "sender_over_quota", "sending_limit",
    "message_too_large", "sender_not_owned", "utf8_address", "url_unresolved", "url_of_others",
    "no_recipients", "bare_newline",
    "text_line_too_long", "too_many_hops", "header_too_large",
};

} // namespace mailctl::conf
