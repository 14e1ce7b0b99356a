// Writes the parts of responses: strings, names, envelopes and body structures.
#pragma once

#include <string>
#include <string_view>

#include "core/mime/card.h"

namespace mailctl::imap {

/// A quoted string where the octets allow it, else a literal. RFC 3501 §4.3.
void put_string(std::string& out, std::string_view text);
/// The same, NIL for the empty string.
void put_nstring(std::string& out, std::string_view text);
/// An atom where the octets allow it, else a string.
void put_astring(std::string& out, std::string_view text);
/// How names with characters outside of ASCII are sent.
enum class Names : bool { Utf7, Utf8 };
/// A stored mailbox name with the client's delimiter, as an astring. RFC 3501 §5.1.3, RFC 9051 §5.1
void put_mailbox(std::string& out, std::string_view name, char delimiter = '/',
                 Names names = Names::Utf7);

/// envelope of RFC 3501 §9; absent Sender and Reply-To are From's (§7.4.2).
void put_envelope(std::string& out, const mime::Envelope& envelope);

enum class Extensions : bool { No, Yes };
/// body of RFC 3501 §9: BODYSTRUCTURE with extension data, BODY without.
void put_body_structure(std::string& out, const mime::Part& part, Extensions extensions);

} // namespace mailctl::imap
