// Options as sendmail programs have taken them for decades, into long options of ours.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>

#include "cmd/sendmail/sendmail.h"

namespace mailctl::cmd {
namespace {

// Those of Sendmail, Postfix and Exim that calling programs use. ":": with a value, in the same
// word or the next; "?": only in the same word.
constexpr std::string_view kOptions = "A:B:b:C:cd?e:F:f:Gh:IiL:mN:nO:o:p:q?R:r:sTtUV:vX:";

bool takes_value(const std::vector<std::string>& all, std::size_t at)
{
    static const std::string_view with_value[] = {
        "-c", "--conf", "-o", "--output", "--host", "--host-ca", "--host-token-file",
        "--host-certificate", "--host-key"};
    return std::find(std::begin(with_value), std::end(with_value), all[at]) != std::end(with_value);
}

/// Where the word "sendmail" stands behind mailctl's own options.
std::size_t find_word(const std::vector<std::string>& arguments)
{
    std::size_t at = 0;
    while (at < arguments.size() && arguments[at].starts_with("-"))
        at += takes_value(arguments, at) ? 2 : 1;
    const bool found = at < arguments.size() && arguments[at] == "sendmail";
    return found ? at : arguments.size();
}

std::string login_name()
{
    const passwd* entry = ::getpwuid(::getuid());
    return entry && entry->pw_name ? entry->pw_name : std::to_string(::getuid());
}

class Translation {
public:
    explicit Translation(std::vector<std::string>& out) : out_(out) {}

    /// Errors: Invalid (unknown).
    Result<> option(char letter, const std::string& value)
    {
        switch (letter) {
        case 't': out_.emplace_back("--read-recipients"); return ok();
        case 'i': out_.emplace_back("--ignore-dots"); return ok();
        case 'f':
        case 'r': add("--from", value); return ok();
        case 'F': add("--full-name", value); return ok();
        case 'N': add("--notify", value); return ok();
        case 'R': add("--return", value); return ok();
        case 'V': add("--envelope-id", value); return ok();
        case 'B': add("--body", value); return ok();
        case 'v': out_.emplace_back("--verbose"); return ok();
        case 'q': out_.emplace_back("--mode=flush"); return ok();
        case 'I': out_.emplace_back("--mode=aliases"); return ok();
        case 'o':
            if (value == "i")
                out_.emplace_back("--ignore-dots");
            return ok(); // others tune a queue that is tuned by settings here
        case 'O':
            if (value == "IgnoreDots" || value.starts_with("IgnoreDots=True"))
                out_.emplace_back("--ignore-dots");
            return ok();
        case 'b': return mode(value);
        default: return ok(); // taken and without a meaning here
        }
    }

private:
    void add(std::string_view name, const std::string& value)
    {
        out_.push_back(std::string(name) + '=' + value);
    }

    Result<> mode(const std::string& value)
    {
        if (value == "m")
            return ok();
        if (value == "s")
            out_.emplace_back("--mode=smtp");
        else if (value == "p")
            out_.emplace_back("--mode=queue");
        else if (value == "i")
            out_.emplace_back("--mode=aliases");
        else
            return Error(Errc::Invalid, "sendmail -b" + value + " is not supported: -bm, -bs, -bp "
                                        "and -bi are");
        return ok();
    }

    std::vector<std::string>& out_;
};

/// One word of short options, "-oi" or "-tf"; may take the next word as a value.
Result<> translate_word(const std::vector<std::string>& words, std::size_t& at, Translation& out)
{
    const std::string& word = words[at];
    for (std::size_t i = 1; i < word.size(); ++i) {
        const auto row = kOptions.find(word[i]);
        if (row == std::string_view::npos || word[i] == ':' || word[i] == '?')
            return Error(Errc::Invalid, std::string("sendmail has no option -") + word[i]);
        const char kind = row + 1 < kOptions.size() ? kOptions[row + 1] : ' ';
        if (kind != ':' && kind != '?') {
            TRY_VOID(out.option(word[i], ""));
            continue;
        }
        std::string value = word.substr(i + 1);
        if (kind == ':' && value.empty()) {
            if (at + 1 == words.size())
                return Error(Errc::Invalid, std::string("sendmail -") + word[i] +
                                                " needs a value");
            value = words[++at];
        }
        return out.option(word[i], value);
    }
    return ok();
}

} // namespace

Result<std::vector<std::string>> translate_sendmail(std::string_view name,
                                                    std::vector<std::string> arguments)
{
    const auto slash = name.rfind('/');
    name = slash == std::string_view::npos ? name : name.substr(slash + 1);
    const bool by_name = name == "sendmail" || name == "mailq" || name == "newaliases";
    std::size_t at = by_name ? 0 : find_word(arguments);
    if (!by_name && at == arguments.size())
        return arguments;
    std::vector<std::string> out(arguments.begin(),
                                 arguments.begin() + static_cast<std::ptrdiff_t>(at));
    out.emplace_back("sendmail");
    out.push_back("--login=" + login_name());
    if (name == "mailq")
        out.emplace_back("--mode=queue");
    if (name == "newaliases")
        out.emplace_back("--mode=aliases");
    Translation translation(out);
    std::vector<std::string> recipients;
    bool ended = false;
    for (at += by_name ? 0 : 1; at < arguments.size(); ++at) {
        const std::string& word = arguments[at];
        if (ended || word.size() < 2 || word[0] != '-')
            recipients.push_back(word);
        else if (word == "--")
            ended = true;
        else if (word.starts_with("--"))
            out.push_back(word);
        else
            TRY_VOID(translate_word(arguments, at, translation));
    }
    if (!recipients.empty()) {
        out.emplace_back("--");
        out.insert(out.end(), recipients.begin(), recipients.end());
    }
    return out;
}

} // namespace mailctl::cmd
