// One table from what went wrong inside to what the peer hears.
#pragma once

#include "core/base/error.h"
#include "core/delivery/router.h"
#include "core/smtp/replies.h"

namespace mailctl::conf {
enum class OverQuotaReply : std::uint8_t; // conf/config.h
}

namespace mailctl::smtp {

/// The router's verdict as a reply. Over quota is temporary or permanent by setting: QTA-02.
Say say_for(delivery::Refusal refusal, conf::OverQuotaReply over_quota);

/// A failed store or router as a reply: temporary unless the error is certain.
Say say_for(const Error& error, conf::OverQuotaReply over_quota);

} // namespace mailctl::smtp
