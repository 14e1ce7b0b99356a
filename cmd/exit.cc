// The table of errors and exit statuses.
#include "cmd/exit.h"

namespace mailctl::cmd {

int exit_status_for(Errc code)
{
    switch (code) {
    case Errc::Invalid: return EX_DATAERR;
    case Errc::NotFound: return EX_NOHOST;
    case Errc::Exists: return EX_CANTCREAT;
    case Errc::Denied: return EX_NOPERM;
    case Errc::OverQuota: return EX_DATAERR; // DOM-07: creating beyond a limit
    case Errc::Busy: return EX_TEMPFAIL;
    case Errc::Unavailable: return EX_UNAVAILABLE;
    case Errc::Corrupt: return EX_IOERR;
    case Errc::Conflict:
    case Errc::InDoubt: return EX_TEMPFAIL;
    }
    return EX_SOFTWARE;
}

} // namespace mailctl::cmd
