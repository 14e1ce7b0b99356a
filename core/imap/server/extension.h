// The extensions that this server has, a row each: what CAPABILITY says of them, and what goes with
// one that is switched off. IMA-03
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::imap {

/// In the order of the table in extension.cc, which is the order of CAPABILITY.
enum class Extension : std::uint8_t {
    Rev2,
    LiteralPlus,
    LiteralMinus,
    SaslIr,
    Id,
    Enable,
    Idle,
    Namespace,
    Acl,
    Children,
    UidPlus,
    Move,
    Unselect,
    SpecialUse,
    CreateSpecialUse,
    Xlist,
    Esearch,
    SearchRes,
    Within,
    Partial,
    Fuzzy,
    MultiSearch,
    Sort,
    SortDisplay,
    Esort,
    ThreadOrderedSubject,
    ThreadReferences,
    ThreadRefs,
    ContextSearch,
    ContextSort,
    UidBatches,
    I18nLevel,
    Language,
    CondStore,
    Qresync,
    ListExtended,
    ListStatus,
    ListMyRights,
    ListMetadata,
    Metadata,
    MetadataServer,
    Notify,
    StatusSize,
    StatusDeleted,
    AppendLimit,
    ObjectId,
    SaveDate,
    Binary,
    Preview,
    Unauthenticate,
    Quota,
    QuotaSet,
    Utf8Accept,
    UidOnly,
    CompressDeflate,
    MultiAppend,
    Replace,
    Catenate,
    UrlAuth,
    UrlAuthBinary,
    UrlPartial,
    InProgress,
    Count_, ///< how many there are
};
inline constexpr std::size_t kExtensionCount = static_cast<std::size_t>(Extension::Count_);

/// Those that a session may use.
class ExtensionSet {
public:
    bool has(Extension one) const { return on_.test(static_cast<std::size_t>(one)); }
    void set(Extension one, bool is_on) { on_.set(static_cast<std::size_t>(one), is_on); }
    bool has_all() const { return on_.all(); }

private:
    std::bitset<kExtensionCount> on_{std::bitset<kExtensionCount>().set()};
};

/// By which they are switched off, in the order of the table.
std::vector<std::string_view> extension_names();

/// All but those named, and but those that build on one of them. ASCII case is ignored; names that
/// are none take nothing away.
ExtensionSet extensions_without(std::span<const std::string> names);

/// What CAPABILITY says of those: words separated by spaces, none of which depend on the session.
std::string capability_words(const ExtensionSet& extensions);

/// False for the command of an extension that is off.
bool has_command(const ExtensionSet& extensions, std::string_view command, bool by_uid);

/// Words of this command's arguments that belong to extensions that are off.
std::vector<std::string_view> unknown_words(const ExtensionSet& extensions,
                                            std::string_view command);

} // namespace mailctl::imap
