// Names of verdicts.
#include "core/spf/verdict.h"

namespace mailctl::spf {

std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Neutral: return "neutral";
    case Verdict::Pass: return "pass";
    case Verdict::Fail: return "fail";
    case Verdict::SoftFail: return "softfail";
    case Verdict::TempError: return "temperror";
    case Verdict::PermError: return "permerror";
    case Verdict::None: break;
    }
    return "none";
}

} // namespace mailctl::spf
