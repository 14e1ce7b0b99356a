// Trace fields: Received and Return-Path.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/smtp/with_protocol.h"

namespace mailctl::smtp {

/// What a Received field tells. RFC 5321 §4.4
struct Received {
    std::string_view hello;   ///< what the client called itself
    std::string_view peer;    ///< its address; "" and hello "": hidden
    std::string_view by;      ///< our name
    WithProtocol with;
    std::string_view tls_version, tls_cipher; ///< "" in the clear
    std::string_view id;
    std::string_view for_recipient; ///< only where there is exactly one: others stay private
    Time time{};
};

/// The whole field with its final CRLF, folded.
std::string received_field(const Received& received);

/// "Return-Path: <ann@example.org>" and CRLF; "<>" for the null path. RFC 5321 §4.4
std::string return_path_field(std::string_view reverse_path);

/// "Sat, 21 Nov 2026 02:03:04 +0000". RFC 5322 §3.3
std::string date_time(Time time);

/// "[192.0.2.1]", "[IPv6:2001:db8::1]". RFC 5321 §4.1.3
std::string address_literal(std::string_view address);

} // namespace mailctl::smtp
