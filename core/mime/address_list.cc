// Reads address lists as senders write them.
#include "core/mime/address_list.h"

#include "core/mime/lexer.h"

namespace mailctl::mime {
namespace {

constexpr std::string_view kStops = "()<>:;@,\"";

class Reader {
public:
    explicit Reader(std::string_view value) : in_(value) {}

    AddressList read()
    {
        while (!in_.at_end() && out_.size() < kMaxEnvelopeAddresses)
            read_one();
        if (in_group_)
            out_.emplace_back();
        return std::move(out_);
    }

private:
    void read_one();
    void read_word(bool after_gap);
    void read_addr_spec();
    void read_angle();
    void begin_group();
    void end_bare();
    std::string read_domain();
    void add(std::string name, std::string mailbox, std::string host, std::string route = {});

    Lexer in_;
    AddressList out_;
    bool in_group_ = false;
    // Of the address being read:
    bool has_words_ = false;
    bool done_ = false;
    std::string phrase_;  ///< its words, a blank between them
    std::string joined_;  ///< its words without blanks: a local part
    std::string comment_; ///< the last comment: the name where there is no other
};

void Reader::add(std::string name, std::string mailbox, std::string host, std::string route)
{
    if (mailbox.empty())
        mailbox = kMissingMailbox;
    if (host.empty())
        host = kMissingHost;
    out_.push_back({std::move(name), std::move(mailbox), std::move(host), std::move(route)});
    done_ = true;
}

void Reader::read_one()
{
    has_words_ = done_ = false;
    phrase_.clear();
    joined_.clear();
    comment_.clear();
    while (!done_) {
        const bool gap = in_.skip_cfws(&comment_);
        if (in_.at_end())
            return end_bare();
        switch (in_.peek()) {
        case ',':
            in_.skip();
            return end_bare();
        case ';':
            in_.skip();
            end_bare();
            if (in_group_)
                out_.emplace_back();
            in_group_ = false;
            return;
        case ':':
            begin_group();
            break;
        case '<':
            read_angle();
            break;
        case '@':
            read_addr_spec();
            break;
        case ')':
        case '>':
            in_.skip();
            break;
        default:
            read_word(gap);
        }
    }
}

void Reader::read_word(bool after_gap)
{
    const bool quoted = in_.peek() == '"';
    const std::string word = quoted ? in_.quoted_string() : std::string(in_.run(kStops));
    if (after_gap && !phrase_.empty())
        phrase_ += ' ';
    phrase_ += word;
    joined_ += word;
    has_words_ = true;
}

// group = display-name ":" [group-list] ";"
void Reader::begin_group()
{
    in_.skip();
    if (in_group_ || phrase_.empty())
        return;
    out_.push_back({{}, phrase_, {}, {}});
    in_group_ = true;
    done_ = true;
}

/// A phrase without an address: a local name, or what is left of a broken one.
void Reader::end_bare()
{
    if (has_words_)
        add(comment_, phrase_, {});
    done_ = true;
}

std::string Reader::read_domain()
{
    std::string domain;
    in_.skip_cfws(&comment_);
    if (in_.peek() == '[') {
        domain = in_.until(']');
        in_.skip();
        return domain + ']';
    }
    for (;;) { // obs-domain: blanks and comments around dots
        const auto part = in_.run(kStops);
        domain += part;
        in_.skip_cfws(&comment_);
        const bool goes_on = part.ends_with('.') || in_.peek() == '.';
        if (part.empty() || !goes_on)
            return domain;
    }
}

// addr-spec = local-part "@" domain
void Reader::read_addr_spec()
{
    in_.skip();
    std::string domain = read_domain();
    if (in_.peek() == '<') { // an address where a name belongs: ann@example.org <ann@example.org>
        phrase_ += '@' + domain;
        return;
    }
    add(comment_, joined_, std::move(domain));
}

// angle-addr     = "<" addr-spec ">"
// obs-angle-addr = "<" "@" domain *("," "@" domain) ":" addr-spec ">"
void Reader::read_angle()
{
    std::string local;
    std::string domain;
    std::string route;
    std::string last_of_route;
    bool is_open = true;
    in_.skip();
    while (is_open) {
        in_.skip_cfws();
        const char next = in_.peek();
        if (in_.at_end() || next == ';' || (next == ',' && route.empty())) {
            is_open = false;
        } else if (next == '>') {
            in_.skip();
            is_open = false;
        } else if (next == '@') {
            in_.skip();
            auto read = read_domain();
            if (!local.empty()) {
                domain = std::move(read);
                continue;
            }
            route.append(route.empty() ? "@" : ",@").append(read);
            last_of_route = std::move(read);
        } else if (next == ',' || next == ':' || next == '<' || next == ')') {
            in_.skip();
        } else {
            const std::string word =
                next == '"' ? in_.quoted_string() : std::string(in_.run(kStops));
            if (domain.empty())
                local += word;
        }
    }
    in_.skip_cfws(&comment_);
    const auto& name = has_words_ ? phrase_ : comment_;
    if (local.empty()) // the address itself is missing: a name's host is all there is
        add(name, local, last_of_route);
    else
        add(name, local, domain, route);
}

} // namespace

AddressList parse_address_list(std::string_view value)
{
    return Reader(value).read();
}

} // namespace mailctl::mime
