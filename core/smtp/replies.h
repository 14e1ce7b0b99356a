// The table of every fixed reply: key, code, enhanced code and default text.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/smtp/reply.h"

namespace mailctl::smtp {

/// What the server has to say. One row each in replies.cc.
enum class Say {
    // It goes on
    ReadyForTls,
    Bye,
    AuthenticationDone,
    Ok,
    SenderAccepted,
    RecipientAccepted,
    ChunkAccepted,
    CannotVerify,
    StartData,
    // Try again later
    ServiceClosing,
    TooManyErrors,
    TooManyUnknownRecipients,
    TooManyConnections,
    TooManyMessages,
    TooManyResets,
    SessionTooLong,
    Idle,
    LineWithoutEnd,
    NotHttp,
    TemporaryFailure,
    LocalError,
    UserSuspended,
    OverQuotaForNow,
    DomainOverQuotaForNow,
    TooManyRecipients,
    SendingLimitForNow,
    TlsUnavailable,
    AuthenticationUnavailable,
    TooManyLogins,
    // Syntax and order
    LineTooLong,
    UnknownCommand,
    LineEnding,
    ControlInCommand,
    AuthLineTooLong,
    BadArguments,
    NoArguments,
    BadHello,
    BadSender,
    BadRecipient,
    BadParameter,
    BadBase64,
    AuthenticationCancelled,
    CommandDisabled,
    NotOffered,
    HelloFirst,
    MailFirst,
    RecipientFirst,
    NestedMail,
    ChunksStarted,
    BinaryNeedsChunks,
    TlsAlready,
    AuthenticatedAlready,
    AuthenticationInTransaction,
    MechanismUnknown,
    AuthenticationNeedsTls,
    ParameterUnknown,
    WrongHello,
    // Refused for good
    TlsFirst,
    AuthenticationRequired,
    AuthenticationFailed,
    AccessDenied,
    NoSuchUser,
    NoSuchRecipientHost,
    UserDisabled,
    UserReadOnly,
    UserExpired,
    DomainDisabled,
    RelayDenied,
    NullSenderRefused,
    LocalSenderRefused,
    AccountClosed,
    HeaderSenderRefused,
    MailLoop,
    ForwardedTooOften,
    ForgedReturn,
    OverQuota,
    DomainOverQuota,
    SenderOverQuota,
    SendingLimit,
    MessageTooLarge,
    SenderNotOwned,
    Utf8Address,
    UrlUnresolved,
    UrlOfOthers,
    NoRecipients,
    BareNewline,
    TextLineTooLong,
    TooManyHops,
    HeaderTooLarge,
    kCount_,
};

struct ReplyRow {
    Say key;
    std::string_view name; ///< stable, for settings and "explain": "no_such_user"
    int code;
    std::string_view enhanced;
    std::string_view text;
};

/// Every row, in the order of Say.
std::span<const ReplyRow> replies();
const ReplyRow& row_of(Say key);

/// The reply with its default text.
Reply make_reply(Say key);

} // namespace mailctl::smtp
