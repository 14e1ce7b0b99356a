// The names of IMAP extensions that may be switched off. IMA-03
#pragma once

#include <string_view>

namespace mailctl::conf {

/// As CAPABILITY has them. A test compares them with core/imap/server/extension.cc.
inline constexpr std::string_view kImapExtensions[] = {
    "IMAP4rev2", "LITERAL+", "LITERAL-", "SASL-IR", "ID", "ENABLE", "IDLE", "NAMESPACE", "ACL",
    "CHILDREN", "UIDPLUS", "MOVE", "UNSELECT", "SPECIAL-USE", "CREATE-SPECIAL-USE", "XLIST",
    "ESEARCH", "SEARCHRES", "WITHIN", "PARTIAL", "SEARCH=FUZZY", "MULTISEARCH", "SORT",
    "SORT=DISPLAY", "ESORT", "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "THREAD=REFS",
    "CONTEXT=SEARCH", "CONTEXT=SORT", "UIDBATCHES", "I18NLEVEL", "LANGUAGE", "CONDSTORE",
    "QRESYNC", "LIST-EXTENDED", "LIST-STATUS", "LIST-MYRIGHTS", "LIST-METADATA", "METADATA",
    "METADATA-SERVER", "NOTIFY", "STATUS=SIZE", "STATUS=DELETED", "APPENDLIMIT", "OBJECTID",
    "SAVEDATE", "BINARY", "PREVIEW", "UNAUTHENTICATE", "QUOTA", "QUOTASET", "UTF8=ACCEPT",
    "UIDONLY", "COMPRESS=DEFLATE", "MULTIAPPEND", "REPLACE", "CATENATE", "URLAUTH",
    "URLAUTH=BINARY", "URL-PARTIAL", "INPROGRESS",
};

} // namespace mailctl::conf
