// One connection's state, from greeting to goodbye.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conf/listener.h"
#include "conf/user.h"
#include "core/base/awaitable.h"
#include "core/delivery/services.h"
#include "core/imap/lexer.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/extension.h"
#include "core/imap/server/view.h"
#include "core/imap/write.h"
#include "core/mime/collation.h"
#include "core/net/line_reader.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"

namespace mailctl::conf {
struct ImapSettings; // conf/config.h
}
namespace mailctl::sharing {
struct Viewer; // core/sharing/place.h
}
namespace mailctl::store {
class Account; // store/account.h
}

namespace mailctl::imap {

class Notify;   // core/imap/server/notify/notify.h
class Progress; // core/imap/server/progress.h

/// RFC 3501 §3, a bit each for the table of commands.
enum class State : std::uint8_t { NotAuthenticated = 1, Authenticated = 2, Selected = 4, Logout = 8 };

/// Output waits here up to this size, then goes out in one write.
inline constexpr std::size_t kFlushOctets = 64 * 1024;
/// Before a login a connection may be silent this long. Longer than a person needs to type.
inline constexpr std::chrono::milliseconds kPreAuthIdle = std::chrono::minutes(2);
/// RFC 3501 §5.4: after a login at least 30 minutes, whatever the settings say.
inline constexpr std::chrono::milliseconds kLeastIdle = std::chrono::minutes(30);
/// Waits within a command: for the rest of a literal, for room to write.
inline constexpr std::chrono::milliseconds kTransferWait = std::chrono::minutes(5);

/// Lives in serve()'s frame. Kept small: it is what an idle connection costs.
struct Session {
    Session(std::unique_ptr<net::Stream> connection,
            std::shared_ptr<const delivery::Services> server, conf::Listener from,
            std::shared_ptr<net::SessionInfo> face)
        : stream(std::move(connection)),
          reader(*stream),
          services(std::move(server)),
          listener(std::move(from)),
          info(std::move(face)),
          start(services->clock->now())
    {
    }

    const conf::Config& config() const { return *services->config; }
    bool is_authenticated() const { return account != nullptr; }
    bool offers(Extension one) const { return extensions.has(one); }
    /// The user as one who looks at mailboxes.
    operator sharing::Viewer() const;
    /// What clients see between the levels of a name.
    char delimiter() const;
    Names names() const { return is_rev2 || has_utf8 ? Names::Utf8 : Names::Utf7; }
    /// VANISHED is told instead of EXPUNGE.
    bool tells_vanished() const { return has_qresync || is_uid_only; }
    void select(std::unique_ptr<View> selected)
    {
        view = std::move(selected);
        if (view)
            view->knows_recent = !is_rev2;
        state = view ? State::Selected : State::Authenticated;
    }

    std::unique_ptr<net::Stream> stream;
    net::LineReader reader;
    std::shared_ptr<const delivery::Services> services;
    conf::Listener listener;
    std::shared_ptr<net::SessionInfo> info;
    const Time start;

    State state = State::NotAuthenticated;
    ExtensionSet extensions; ///< the server's, after a login the user's
    std::string user; ///< the login's full address
    std::shared_ptr<store::Account> account; ///< set by a login
    /// What the session had before it was given a store without mail; nullptr: it has it. USR-12
    std::shared_ptr<const delivery::Services> full_services;
    conf::UserSettings own;                  ///< what holds for the user who logged in
    bool is_read_only = false;               ///< the user may change no mailbox: USR-02
    std::unique_ptr<View> view;              ///< set while a mailbox is selected
    bool has_condstore = false; ///< it asked for mod-sequences: FETCH tells them. RFC 7162 §3.1
    bool is_rev2 = false;       ///< IMAP4rev2 was enabled: RFC 9051 holds where it differs
    bool has_utf8 = false;      ///< UTF8=ACCEPT was enabled. RFC 6855 §3
    bool is_uid_only = false;   ///< enabled: no message numbers either way. RFC 9586 §3
    bool is_compressed = false; ///< of the connection, whoever is logged in. RFC 4978 §3
    bool has_qresync = false;   ///< enabled: VANISHED instead of EXPUNGE. RFC 7162 §3.2
    mime::Collation collation = mime::Collation::UnicodeCasemap; ///< of SEARCH, SORT, THREAD. RFC 5255 §4
    std::shared_ptr<Notify> notify;          ///< nullptr: NOTIFY was never used. RFC 5465
    Progress* progress = nullptr;            ///< of the command that runs; nullptr: none
    std::string out;                         ///< responses not yet written
    unsigned bad_commands = 0;
    unsigned failed_logins = 0;
};

/// A command under way.
struct Invocation {
    Invocation(std::string_view t, Lexer a) : tag(t), args(a) {}

    std::string_view tag;
    Lexer args;          ///< after the name and before its space
    bool by_uid = false; ///< the UID form
    bool searches_numbers = false; ///< a search key is message numbers
    std::vector<std::string_view> unknown_words; ///< of extensions that are off; `args` borrows them
    std::optional<Announced> message; ///< APPEND and REPLACE: the literal still to be read; they take it
};

/// Writes what waits.
Awaitable<> flush(Session& session);
/// Starts a FETCH response: "* 23 FETCH (", or "* 25900 UIDFETCH (" of RFC 9586 §3.3.
void put_fetch_start(Session& session, Uid uid);
/// The same with the item UID where the client would not know it: "* 23 FETCH (UID 25900 ".
void put_fetch_start_with_uid(Session& session, Uid uid);
/// True where so much waits that it should be written now.
inline bool is_full(const Session& session) { return session.out.size() >= kFlushOctets; }

/// Reads and drops a refused literal. Throws Disconnected.
Awaitable<> drop_octets(Session& session, std::uint64_t octets);
/// Asks for a synchronizing literal, after writing what waits. RFC 3501 §7.5.
Awaitable<> ask_for_literal(Session& session);

/// The extensions that a session may use by the server's settings, or by a user's own.
ExtensionSet extensions_for(const Session& session, const conf::ImapSettings& settings);
/// The capabilities that hold now, separated by spaces. RFC 3501 §7.2.1.
std::string capabilities(const Session& session);
/// Whether LOGIN and plain-text mechanisms are allowed now. AUTH-02
bool may_login_in_plain_text(const Session& session);
/// Whether STARTTLS is offered now.
bool may_start_tls(const Session& session);

/// How long the client may be silent from now on: the idle limit, or what is left of the
/// session's. Zero: the session is over.
std::chrono::milliseconds silence_limit(const Session& session);

/// Writes one "* BYE" line.
void put_bye(Session& session, std::string_view text);

} // namespace mailctl::imap
