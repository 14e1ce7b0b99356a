// The table.
#include "core/smtp/server/refusal.h"

#include "conf/config.h"

namespace mailctl::smtp {

using delivery::Refusal;

Say say_for(Refusal refusal, conf::OverQuotaReply over_quota)
{
    const bool defer = over_quota == conf::OverQuotaReply::Defer;
    switch (refusal) {
    case Refusal::None: return Say::Ok;
    case Refusal::NoSuchUser:
    case Refusal::Blocked: return Say::NoSuchUser; // SMTP-14: told as if non-existent
    case Refusal::UserDisabled: return Say::UserDisabled;
    case Refusal::UserReadOnly: return Say::UserReadOnly;
    case Refusal::UserSuspended: return Say::UserSuspended;
    case Refusal::UserExpired: return Say::UserExpired;
    case Refusal::DomainDisabled: return Say::DomainDisabled;
    case Refusal::OverQuota: return defer ? Say::OverQuotaForNow : Say::OverQuota;
    case Refusal::DomainOverQuota: return defer ? Say::DomainOverQuotaForNow : Say::DomainOverQuota;
    case Refusal::TooLarge: return Say::MessageTooLarge;
    case Refusal::RelayDenied: return Say::RelayDenied;
    case Refusal::Loop: return Say::MailLoop;
    case Refusal::ForgedReturn: return Say::ForgedReturn;
    }
    return Say::TemporaryFailure;
}

Say say_for(const Error& error, conf::OverQuotaReply over_quota)
{
    switch (error.code()) {
    case Errc::OverQuota: return say_for(Refusal::OverQuota, over_quota);
    case Errc::NotFound: return Say::NoSuchUser;
    case Errc::Denied: return Say::AccessDenied;
    case Errc::Invalid: return Say::BadRecipient;
    default: return Say::TemporaryFailure; // RFC 5321 §4.2.1: the sender must keep the message
    }
}

} // namespace mailctl::smtp
