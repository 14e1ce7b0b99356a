// The table of commands, in the order of RFC 3501 §6.
#include "core/imap/server/commands.h"

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

constexpr std::uint8_t bit(State state) { return static_cast<std::uint8_t>(state); }
constexpr std::uint8_t kNew = bit(State::NotAuthenticated);
constexpr std::uint8_t kSelected = bit(State::Selected);
constexpr std::uint8_t kIn = bit(State::Authenticated) | kSelected;
constexpr std::uint8_t kAny = kNew | kIn;

constexpr CommandEntry kCommands[] = {
    {"CAPABILITY", kAny, on_capability},
    {"NOOP", kAny, on_noop},
    {"LOGOUT", kAny, on_logout},
    {"ID", kAny, on_id},
    {"LANGUAGE", kAny, on_language},
    {"STARTTLS", kNew, nullptr, on_starttls},
    {"AUTHENTICATE", kNew, nullptr, on_authenticate},
    {"LOGIN", kNew, nullptr, on_login},
    {"ENABLE", kIn, nullptr, on_enable},
    {"UNAUTHENTICATE", kIn, on_unauthenticate},
    {"COMPRESS", kIn, nullptr, on_compress},
    {"SELECT", kIn, nullptr, on_select},
    {"EXAMINE", kIn, nullptr, on_examine},
    {"CREATE", kIn, nullptr, on_create, false, false, true},
    {"DELETE", kIn, nullptr, on_delete, false, false, true},
    {"RENAME", kIn, nullptr, on_rename, false, false, true},
    {"SUBSCRIBE", kIn, nullptr, on_subscribe, false, false, true},
    {"UNSUBSCRIBE", kIn, nullptr, on_unsubscribe, false, false, true},
    {"LIST", kIn, nullptr, on_list},
    {"LSUB", kIn, nullptr, on_lsub},
    {"XLIST", kIn, nullptr, on_xlist},
    {"NAMESPACE", kIn, nullptr, on_namespace},
    {"GETACL", kIn, nullptr, on_get_acl},
    {"SETACL", kIn, nullptr, on_set_acl, false, false, true},
    {"DELETEACL", kIn, nullptr, on_delete_acl, false, false, true},
    {"LISTRIGHTS", kIn, nullptr, on_list_rights},
    {"MYRIGHTS", kIn, nullptr, on_my_rights},
    {"GETMETADATA", kIn, nullptr, on_get_metadata},
    {"SETMETADATA", kIn, nullptr, on_set_metadata, false, false, true},
    {"STATUS", kIn, nullptr, on_status},
    {"ESEARCH", kIn, nullptr, on_multi_search},
    {"COMPARATOR", kIn, on_comparator},
    {"GENURLAUTH", kIn, nullptr, on_gen_url_auth},
    {"RESETKEY", kIn, nullptr, on_reset_key},
    {"URLFETCH", kIn, nullptr, on_url_fetch},
    {"GETQUOTA", kIn, nullptr, on_get_quota},
    {"SETQUOTA", kIn, nullptr, on_set_quota},
    {"GETQUOTAROOT", kIn, nullptr, on_get_quota_root},
    {"APPEND", kIn, nullptr, on_append},
    {"NOTIFY", kIn, nullptr, on_notify},
    {"IDLE", kIn, nullptr, on_idle},
    {"CHECK", kSelected, on_check},
    {"CLOSE", kSelected, nullptr, on_close},
    {"UNSELECT", kSelected, on_unselect},
    {"UIDBATCHES", kSelected, on_uid_batches},
    {"CANCELUPDATE", kSelected, on_cancel_update},
    {"EXPUNGE", kSelected, nullptr, on_expunge, true, false, false, true},
    {"SEARCH", kSelected, nullptr, on_search, true, true, false, false, true},
    {"SORT", kSelected, nullptr, on_sort, true, true, false, false, true},
    {"THREAD", kSelected, nullptr, on_thread, true, true, false, false, true},
    {"FETCH", kSelected, nullptr, on_fetch, true, true, false, false, true},
    {"STORE", kSelected, nullptr, on_store, true, true, false, false, true},
    {"COPY", kSelected, nullptr, on_copy, true, false, true, false, true},
    {"MOVE", kSelected, nullptr, on_move, true, false, true, true, true},
    {"REPLACE", kSelected, nullptr, on_replace, true, false, false, true, true},
};

} // namespace

const CommandEntry* find_command(std::string_view name)
{
    for (const auto& entry : kCommands)
        if (ascii::equals_ignoring_case(entry.name, name))
            return &entry;
    return nullptr;
}

} // namespace mailctl::imap
