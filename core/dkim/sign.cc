// Builds DKIM-Signature fields.
#include "core/dkim/sign.h"

#include <algorithm>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/dkim/header_fields.h"
#include "core/dkim/signature.h"
#include "core/mime/address_list.h"
#include "core/mime/header.h"

namespace mailctl::dkim {
namespace {

constexpr std::size_t kLineColumns = 78; // RFC 5322 §2.1.1

constexpr std::string_view kDefaultHeaders =
    "From+ To+ Cc+ Subject+ Date+ Message-ID+ Reply-To+ MIME-Version+ Content-Type+ "
    "Content-Transfer-Encoding+ Sender In-Reply-To References Content-ID Content-Description "
    "Resent-From Resent-To Resent-Cc Resent-Date Resent-Message-ID List-Id List-Help "
    "List-Unsubscribe List-Unsubscribe-Post List-Subscribe List-Post List-Owner List-Archive";

/// RFC 6376 §5.4.1, and Bcc: they change or go on the way.
constexpr std::string_view kNeverSigned[] = {"return-path", "received", "comments", "keywords",
                                             "bcc",         "resent-bcc", "dkim-signature",
                                             "delivered-to"};

bool is_field_name(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return ascii::is_alnum(c) || c == '-' || c == '_';
    });
}

Result<SignedHeader> parse_signed_header(std::string_view word)
{
    SignedHeader header;
    header.once_more = word.ends_with('+');
    header.name = word.substr(0, word.size() - (header.once_more ? 1 : 0));
    if (!is_field_name(header.name))
        return Error(Errc::Invalid, "no name of a header field: " + ascii::printable(word));
    const auto name = ascii::lower(header.name);
    for (const auto never : kNeverSigned) {
        if (name == never)
            return Error(Errc::Invalid, header.name + " changes on the way and is never signed");
    }
    return header;
}

/// Puts words behind one another and folds between them.
class FoldedText {
public:
    explicit FoldedText(std::string start) : text_(std::move(start)), column_(text_.size()) {}

    /// A tag that stays in one piece where it fits in a line.
    void tag(std::string_view text)
    {
        word(std::string(text) + ';', " ");
    }

    /// A list that is folded after its colons.
    void list(std::string_view name, const std::vector<std::string>& parts)
    {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool is_last = i + 1 == parts.size();
            word((i == 0 ? std::string(name) + '=' : std::string()) + parts[i] +
                     (is_last ? ';' : ':'),
                 i == 0 ? " " : "");
        }
    }

    /// Octets that may be folded anywhere.
    void octets(std::string_view start, std::string_view text, std::string_view end)
    {
        word(start, " ");
        for (std::string rest = std::string(text) + std::string(end); !rest.empty();) {
            if (column_ >= kLineColumns)
                fold();
            const auto part = rest.substr(0, kLineColumns - column_);
            append(part);
            rest.erase(0, part.size());
        }
    }

    const std::string& text() const { return text_; }

private:
    void word(std::string_view text, std::string_view before)
    {
        if (column_ + before.size() + text.size() > kLineColumns)
            fold();
        else
            append(before);
        append(text);
    }
    void fold()
    {
        text_ += "\r\n\t";
        column_ = 1;
    }
    void append(std::string_view text)
    {
        text_ += text;
        column_ += text.size();
    }

    std::string text_;
    std::size_t column_;
};

std::string seconds_of(Time time)
{
    return std::to_string(std::chrono::floor<seconds>(time).time_since_epoch().count());
}

/// i= is dkim-quoted-printable: RFC 6376 §2.11.
std::string quoted(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet > 32 && octet != 127 && c != '=' && c != ';')
            out += c; // RFC 8616 §4: UTF-8 stays as it is
        else
            out += std::string("=") + kDigits[octet / 16] + kDigits[octet % 16];
    }
    return out;
}

std::vector<SignedHeader> headers_of(const SigningOptions& options)
{
    if (!options.headers.empty())
        return options.headers;
    static const auto kDefault = *parse_signed_headers(kDefaultHeaders);
    return kDefault;
}

/// h=: each name as often as its field is there, and once more where that is wanted.
std::vector<std::string> names_to_sign(const std::vector<mime::Field>& fields,
                                       const SigningOptions& options)
{
    std::vector<std::string> names;
    for (const auto& header : headers_of(options)) {
        auto count = static_cast<std::size_t>(
            std::count_if(fields.begin(), fields.end(),
                          [&header](const mime::Field& field) { return field.is(header.name); }));
        count += header.once_more ? 1 : 0;
        names.insert(names.end(), count, header.name);
    }
    return names;
}

} // namespace

Result<std::vector<SignedHeader>> parse_signed_headers(std::string_view text)
{
    std::vector<SignedHeader> headers;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \t,:"), text.size());
        if (end > 0) {
            TRY(SignedHeader header, parse_signed_header(text.substr(0, end)));
            headers.push_back(std::move(header));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const bool has_from =
        std::any_of(headers.begin(), headers.end(), [](const SignedHeader& header) {
            return ascii::equals_ignoring_case(header.name, "From");
        });
    if (!has_from) // RFC 6376 §5.4
        return Error(Errc::Invalid, "From is always signed: name it");
    return headers;
}

std::string_view default_signed_headers()
{
    return kDefaultHeaders;
}

Signing::Signing(std::string_view header, const SigningOptions& options, Time now)
    : options_(options), now_(now), body_(options.canons.body, crypto::Hash::Sha256)
{
    const auto fields = fields_of(header);
    names_ = names_to_sign(fields, options_);
    header_ = signed_fields(fields, names_, options_.canons.header, nullptr);
}

Result<std::string> Signing::finish(const std::vector<SigningIdentity>& keys)
{
    body_hash_ = crypto::encode_base64(body_.finish());
    std::string out;
    for (const auto& key : keys) {
        TRY(const std::string field, field_by(key));
        out += field;
    }
    return out;
}

Result<std::string> Signing::field_by(const SigningIdentity& key) const
{
    const Algorithm algorithm{key.key.kind(), crypto::Hash::Sha256};
    FoldedText text(std::string(kSignatureField) + ": v=1;");
    text.tag("a=" + std::string(name_of(algorithm)));
    text.tag("c=" + to_text(options_.canons));
    text.tag("d=" + key.domain);
    text.tag("s=" + key.selector);
    if (!options_.identity.empty())
        text.tag("i=" + quoted(options_.identity));
    text.tag("q=dns/txt");
    text.tag("t=" + seconds_of(now_));
    if (options_.lifetime)
        text.tag("x=" + seconds_of(now_ + *options_.lifetime));
    if (options_.with_length)
        text.tag("l=" + std::to_string(body_.octets()));
    text.list("h", names_);
    text.octets("bh=", body_hash_, ";");
    // RFC 6376 §3.7: the field is signed with an empty b=, without its final CRLF.
    FoldedText empty = text;
    empty.octets("b=", {}, {});
    auto own = canonical_field(options_.canons.header, empty.text());
    own.resize(own.size() - 2);
    TRY(const std::string signature,
        key.key.sign(algorithm.hash, crypto::digest(algorithm.hash, header_ + own)));
    text.octets("b=", crypto::encode_base64(signature), {});
    return text.text() + "\r\n";
}

std::string author_domain(std::string_view header)
{
    std::string domain;
    for (mime::FieldReader reader(header); reader.next();) {
        if (!reader.field().is("From"))
            continue;
        const auto list = mime::parse_address_list(reader.field().value);
        if (!domain.empty() || list.size() != 1 || list.front().host == mime::kMissingHost)
            return {};
        const auto canonical = address::canonical_domain(list.front().host);
        if (!canonical)
            return {};
        domain = *canonical;
    }
    return domain;
}

} // namespace mailctl::dkim
