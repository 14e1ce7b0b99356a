// How a TLS session learns of its context's TLSA records: for core/net only.
#pragma once

#include <openssl/ssl.h>

namespace mailctl::net {

/// Makes a new session hold its peer to the records of its context; true where there are none.
/// False: no memory.
bool prepare_dane_session(SSL* ssl);

} // namespace mailctl::net
