// The table of extensions.
#include "core/imap/server/extension.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

using enum Extension;

/// A word in the arguments of a command; "*": of any command.
struct Option {
    std::string_view command, word;
};

constexpr std::array<Extension, 17> built_on(Extension one, Extension other = Count_)
{
    std::array<Extension, 17> all{};
    all.fill(Count_);
    all[0] = one;
    all[1] = other;
    return all;
}

struct Row {
    Extension id;
    std::string_view name;  ///< by which it is switched off
    std::string_view words; ///< of CAPABILITY; empty: capabilities() says it
    std::array<std::string_view, 5> commands{};
    std::array<Option, 7> options{};
    std::array<Extension, 17> needs = built_on(Count_);
};

/// What RFC 9051 Appendix E has inside.
constexpr std::array<Extension, 17> kInRev2{
    LiteralMinus, SaslIr,    Enable, Idle,       Namespace, Children,   UidPlus,    Move,   Unselect,
    SpecialUse,   Esearch,   SearchRes, ListExtended, ListStatus, StatusSize, StatusDeleted, Binary};

// Beside what stands here, ENABLE, AUTHENTICATE, LIST, APPEND and what reads literals look at the set.
constexpr Row kRows[] = {
    {Rev2, "IMAP4rev2", "IMAP4rev2", {}, {}, kInRev2}, // RFC 9051
    {LiteralPlus, "LITERAL+", "LITERAL+"},              // RFC 7888
    {LiteralMinus, "LITERAL-", ""},                     // RFC 7888 §5
    {SaslIr, "SASL-IR", "SASL-IR"},                     // RFC 4959
    {Id, "ID", "ID", {"ID"}},                           // RFC 2971
    {Enable, "ENABLE", "ENABLE", {"ENABLE"}},           // RFC 5161
    {Idle, "IDLE", "IDLE", {"IDLE"}},                   // RFC 2177
    {Namespace, "NAMESPACE", "NAMESPACE", {"NAMESPACE"}}, // RFC 2342
    {Acl, "ACL", "ACL RIGHTS=texk", // RFC 4314 §5.1.1
     {"GETACL", "SETACL", "DELETEACL", "LISTRIGHTS", "MYRIGHTS"}},
    {Children, "CHILDREN", "CHILDREN", {}, {{{"LIST", "CHILDREN"}}}},    // RFC 3348
    {UidPlus, "UIDPLUS", "UIDPLUS", {"UID EXPUNGE"}},                    // RFC 4315
    {Move, "MOVE", "MOVE", {"MOVE", "UID MOVE"}},                        // RFC 6851
    {Unselect, "UNSELECT", "UNSELECT", {"UNSELECT"}},                    // RFC 3691
    {SpecialUse, "SPECIAL-USE", "SPECIAL-USE", {}, {{{"LIST", "SPECIAL-USE"}}}}, // RFC 6154
    {CreateSpecialUse, "CREATE-SPECIAL-USE", "CREATE-SPECIAL-USE",       // RFC 6154 §3
     {}, {{{"CREATE", "(USE ("}}}, built_on(SpecialUse)},
    {Xlist, "XLIST", "XLIST", {"XLIST"}},                                // older than RFC 6154
    {Esearch, "ESEARCH", "ESEARCH", {}, {{{"SEARCH", "RETURN"}}}},       // RFC 4731
    {SearchRes, "SEARCHRES", "SEARCHRES", {}, {{{"*", "SAVE"}, {"*", "$"}}}, built_on(Esearch)}, // RFC 5182
    {Within, "WITHIN", "WITHIN", {}, {{{"*", "OLDER"}, {"*", "YOUNGER"}}}}, // RFC 5032
    {Partial, "PARTIAL", "PARTIAL", {}, {{{"*", "PARTIAL"}}}, built_on(Esearch)}, // RFC 9394
    {Fuzzy, "SEARCH=FUZZY", "SEARCH=FUZZY", {}, {{{"*", "FUZZY"}, {"*", "RELEVANCY"}}}}, // RFC 6203
    {MultiSearch, "MULTISEARCH", "MULTISEARCH", {"ESEARCH"}, {}, built_on(Esearch)}, // RFC 7377
    {Sort, "SORT", "SORT", {"SORT", "UID SORT"}},                        // RFC 5256
    {SortDisplay, "SORT=DISPLAY", "SORT=DISPLAY",                        // RFC 5957
     {}, {{{"SORT", "DISPLAYFROM"}, {"SORT", "DISPLAYTO"}}}, built_on(Sort)},
    {Esort, "ESORT", "ESORT", {}, {{{"SORT", "RETURN"}}}, built_on(Sort, Esearch)}, // RFC 5267 §3.1
    {ThreadOrderedSubject, "THREAD=ORDEREDSUBJECT", "THREAD=ORDEREDSUBJECT", // RFC 5256
     {"THREAD", "UID THREAD"}, {{{"THREAD", "ORDEREDSUBJECT"}}}},
    {ThreadReferences, "THREAD=REFERENCES", "THREAD=REFERENCES",         // RFC 5256
     {"THREAD", "UID THREAD"}, {{{"THREAD", "REFERENCES"}}}},
    {ThreadRefs, "THREAD=REFS", "THREAD=REFS",
     {"THREAD", "UID THREAD"}, {{{"THREAD", "REFS"}}}},
    {ContextSearch, "CONTEXT=SEARCH", "CONTEXT=SEARCH", {"CANCELUPDATE"}, // RFC 5267 §4
     {{{"SEARCH", "UPDATE"}, {"SEARCH", "CONTEXT"}}}, built_on(Esearch, Partial)},
    {ContextSort, "CONTEXT=SORT", "CONTEXT=SORT", {"CANCELUPDATE"},      // RFC 5267 §4
     {{{"SORT", "UPDATE"}, {"SORT", "CONTEXT"}}}, built_on(Esort, Partial)},
    {UidBatches, "UIDBATCHES", "UIDBATCHES", {"UIDBATCHES"}},            // RFC 10022
    {I18nLevel, "I18NLEVEL", "I18NLEVEL=2", {"COMPARATOR"}},             // RFC 5255 §4.4
    {Language, "LANGUAGE", "LANGUAGE", {"LANGUAGE"}},                    // RFC 5255
    {CondStore, "CONDSTORE", "CONDSTORE", {},                            // RFC 7162
     {{{"SELECT", "CONDSTORE"}, {"EXAMINE", "CONDSTORE"}, {"*", "HIGHESTMODSEQ"}, {"*", "MODSEQ"},
       {"FETCH", "CHANGEDSINCE"}, {"STORE", "UNCHANGEDSINCE"}}}},
    {Qresync, "QRESYNC", "QRESYNC", {},                                  // RFC 7162
     {{{"SELECT", "QRESYNC"}, {"EXAMINE", "QRESYNC"}, {"FETCH", "VANISHED"}}},
     built_on(CondStore, Enable)},
    {ListExtended, "LIST-EXTENDED", "LIST-EXTENDED", {}, {{{"LIST", "RETURN"}}}}, // RFC 5258
    {ListStatus, "LIST-STATUS", "LIST-STATUS", {}, {{{"LIST", "STATUS"}}}, built_on(ListExtended)}, // RFC 5819
    {ListMyRights, "LIST-MYRIGHTS", "LIST-MYRIGHTS", {}, {{{"LIST", "MYRIGHTS"}}},
     built_on(ListExtended, Acl)}, // RFC 8440
    {ListMetadata, "LIST-METADATA", "LIST-METADATA", {}, {{{"LIST", "METADATA"}}},
     built_on(ListExtended, Metadata)}, // RFC 9590
    {Metadata, "METADATA", "METADATA", {"GETMETADATA", "SETMETADATA"}},  // RFC 5464
    {MetadataServer, "METADATA-SERVER", "METADATA-SERVER", {}, {}, built_on(Metadata)}, // RFC 5464 §1
    {Notify, "NOTIFY", "NOTIFY", {"NOTIFY"}},                            // RFC 5465
    {StatusSize, "STATUS=SIZE", "STATUS=SIZE", {}, {{{"STATUS", "SIZE"}, {"LIST", "SIZE"}}}}, // RFC 8438
    {StatusDeleted, "STATUS=DELETED", "STATUS=DELETED", {},              // RFC 9051 §6.3.11
     {{{"STATUS", "DELETED"}, {"LIST", "DELETED"}}}},
    {AppendLimit, "APPENDLIMIT", "", {}, {{{"*", "APPENDLIMIT"}}}},      // RFC 7889
    {ObjectId, "OBJECTID", "OBJECTID", {},                               // RFC 8474
     {{{"*", "EMAILID"}, {"*", "THREADID"}, {"*", "MAILBOXID"}}}},
    {SaveDate, "SAVEDATE", "SAVEDATE", {},                               // RFC 8514
     {{{"*", "SAVEDATE"}, {"*", "SAVEDBEFORE"}, {"*", "SAVEDON"}, {"*", "SAVEDSINCE"},
       {"*", "SAVEDATESUPPORTED"}}}},
    {Binary, "BINARY", "BINARY", {}, {{{"FETCH", "BINARY"}}}},           // RFC 3516
    {Preview, "PREVIEW", "PREVIEW", {}, {{{"FETCH", "PREVIEW"}}}},       // RFC 8970
    {Unauthenticate, "UNAUTHENTICATE", "UNAUTHENTICATE", {"UNAUTHENTICATE"}}, // RFC 8437
    {Quota, "QUOTA", "QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE",        // RFC 9208
     {"GETQUOTA", "GETQUOTAROOT"},
     {{{"STATUS", "DELETED-STORAGE"}, {"LIST", "DELETED-STORAGE"}}}},
    {QuotaSet, "QUOTASET", "QUOTASET", {"SETQUOTA"}, {}, built_on(Quota)},  // RFC 9208 §3.1.1
    {Utf8Accept, "UTF8=ACCEPT", "UTF8=ACCEPT", {}, {}, built_on(Enable)},   // RFC 6855
    {UidOnly, "UIDONLY", "UIDONLY", {}, {}, built_on(Enable)},              // RFC 9586
    {CompressDeflate, "COMPRESS=DEFLATE", "COMPRESS=DEFLATE", {"COMPRESS"}}, // RFC 4978
    {MultiAppend, "MULTIAPPEND", "MULTIAPPEND"},                         // RFC 3502
    {Replace, "REPLACE", "REPLACE", {"REPLACE", "UID REPLACE"}},         // RFC 8508
    {Catenate, "CATENATE", "CATENATE", {}, {{{"APPEND", "CATENATE ("}, {"REPLACE", "CATENATE ("}}}}, // RFC 4469
    {UrlAuth, "URLAUTH", "URLAUTH", {"GENURLAUTH", "RESETKEY", "URLFETCH"}}, // RFC 4467
    {UrlAuthBinary, "URLAUTH=BINARY", "URLAUTH=BINARY", {}, {}, built_on(UrlAuth)}, // RFC 5524
    {UrlPartial, "URL-PARTIAL", "URL-PARTIAL"},                          // RFC 5550 §5.7.1
    {InProgress, "INPROGRESS", "INPROGRESS"},                            // RFC 9585
};
static_assert(std::size(kRows) == kExtensionCount);

/// Takes away what needs something that is off, until nothing more goes.
void settle(ExtensionSet& extensions)
{
    bool changed = true;
    while (std::exchange(changed, false))
        for (const auto& row : kRows)
            for (const auto needed : row.needs)
                if (needed != Count_ && extensions.has(row.id) && !extensions.has(needed)) {
                    extensions.set(row.id, false);
                    changed = true;
                }
}

} // namespace

std::vector<std::string_view> extension_names()
{
    std::vector<std::string_view> names;
    for (const auto& row : kRows)
        names.push_back(row.name);
    return names;
}

ExtensionSet extensions_without(std::span<const std::string> names)
{
    ExtensionSet extensions;
    for (const auto& row : kRows)
        for (const auto& name : names)
            if (ascii::equals_ignoring_case(row.name, name))
                extensions.set(row.id, false);
    settle(extensions);
    return extensions;
}

std::string capability_words(const ExtensionSet& extensions)
{
    std::string words;
    for (const auto& row : kRows)
        if (extensions.has(row.id) && !row.words.empty())
            words.append(words.empty() ? "" : " ").append(row.words);
    if (!extensions.has(LiteralPlus) && extensions.has(LiteralMinus)) // RFC 7888 §5: one of the two
        words += " LITERAL-";
    return words;
}

bool has_command(const ExtensionSet& extensions, std::string_view command, bool by_uid)
{
    const auto name = (by_uid ? "UID " : "") + std::string(command);
    bool is_of_one = false;
    for (const auto& row : kRows) {
        if (std::find(row.commands.begin(), row.commands.end(), name) == row.commands.end())
            continue;
        if (extensions.has(row.id))
            return true;
        is_of_one = true;
    }
    return !is_of_one;
}

std::vector<std::string_view> unknown_words(const ExtensionSet& extensions,
                                            std::string_view command)
{
    std::vector<std::string_view> words;
    for (const auto& row : kRows)
        for (const auto& option : row.options)
            if (!extensions.has(row.id) && !option.word.empty() &&
                (option.command == "*" || option.command == command))
                words.push_back(option.word);
    return words;
}

} // namespace mailctl::imap
