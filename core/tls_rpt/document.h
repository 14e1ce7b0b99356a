// The report as it is sent: a JSON document. RFC 8460 §4.4
#pragma once

#include <string>

#include "core/tls_rpt/counters.h"

namespace mailctl::tls_rpt {

/// Who reports.
struct Reporter {
    std::string organization; ///< "mail.example.org"
    std::string contact;      ///< "postmaster@mail.example.org"
    std::string host;         ///< our name: part of report-id
};

/// On one line, without its end.
std::string document_of(const Report& report, const Reporter& reporter);

} // namespace mailctl::tls_rpt
