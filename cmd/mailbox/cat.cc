// mailctl mailbox cat: messages as they are stored.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "cmd/mailbox/mailbox.h"
#include "core/imap/server/rows.h"
#include "store/engine.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    bool mbox = false;
    bool headers = false;
};

/// Lines that an mbox reader would take for the next message get a ">" (the "mboxrd" form).
class MboxQuoter {
public:
    std::string pass(std::string_view octets)
    {
        std::string out;
        for (const char c : octets) {
            if (c == '\r')
                continue; // line ends of the system
            line_ += c;
            if (c == '\n')
                out += take_line();
        }
        return out;
    }
    /// The rest, with an empty line after it.
    std::string finish()
    {
        if (!line_.empty())
            line_ += '\n';
        return take_line() + "\n";
    }

private:
    std::string take_line()
    {
        const auto text = line_.find_first_not_of('>');
        const bool quotes = text != std::string::npos && line_.compare(text, 5, "From ") == 0;
        std::string out = (quotes ? ">" : "") + line_;
        line_.clear();
        return out;
    }
    std::string line_;
};

/// "From MAILER-DAEMON Thu Jan  1 00:00:00 1970"
std::string separator(Time received)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(received);
    const std::time_t time = seconds.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char rest[40];
    std::snprintf(rest, sizeof rest, " %2d %02d:%02d:%02d %d", parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, parts.tm_year + 1900);
    return "From MAILER-DAEMON " + std::string(kDays[parts.tm_wday]) + " " +
           std::string(kMonths[parts.tm_mon]) + rest + "\n";
}

Result<> write_message(Context& ctx, store::Account& account, const store::MessageRow& row,
                       const Options& options)
{
    TRY(const auto email, ctx.wait(account.email(row.email)));
    const bool mbox = options.mbox;
    const auto octets = options.headers ? email.card.root.header_octets : email.body.octets;
    MboxQuoter quoter;
    if (mbox)
        ctx.write(separator(row.internal_date));
    for (std::uint64_t at = 0; at < octets && !ctx.cancelled();) {
        const auto length = std::min<std::uint64_t>(octets - at, store::kBlobChunkOctets);
        TRY(const auto part, ctx.wait(account.read_body(email.body, at, length)));
        if (part.empty())
            return Error(Errc::Corrupt, "the body is shorter than its row says");
        at += part.size();
        if (mbox)
            ctx.write(quoter.pass(part));
        else
            ctx.write(part);
    }
    if (mbox)
        ctx.write(quoter.finish());
    return ok();
}

Result<> write_all(Context& ctx, const Owner& owner, ChosenMessages chosen, const Options& options)
{
    imap::Rows rows(*owner.account, chosen.mailbox.id, std::move(chosen.uids));
    for (;;) {
        TRY(const auto page, ctx.wait(rows.next()));
        if (page.empty())
            return ok();
        for (const auto& row : page) {
            const auto written = write_message(ctx, *owner.account, row, options);
            if (!written && written.error().code() != Errc::NotFound) // expunged meanwhile
                return written;
        }
    }
}

int run(const Options& options, Context& ctx)
{
    if (options.choice.query.empty())
        return ctx.usage("which messages? uid:7 mailbox:INBOX, or any query; all is every message");
    const auto query = read_query(options.choice);
    if (!query)
        return ctx.usage(query.error().detail());
    std::uint64_t count = 0;
    const int status = each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY(auto chosen, choose_messages(ctx, owner, *query));
        for (auto& one : chosen) {
            count += one.uids.size();
            if (count > 1 && !options.mbox)
                return Error(Errc::Invalid, "more than one message is chosen: narrow the query, or "
                                            "write them all with --mbox");
        }
        for (auto& one : chosen)
            TRY_VOID(write_all(ctx, owner, std::move(one), options));
        return ok();
    });
    if (status == EX_OK && count == 0) {
        ctx.note("no message is chosen by that");
        return kExitNo;
    }
    return status;
}

} // namespace

void add_mailbox_cat(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* cat = mailbox.add_subcommand("cat", "Write a message as it is stored, or many as an mbox");
    add_mailbox_choice(*cat, options->choice);
    cat->add_flag("--headers", options->headers, "Only the header, with the blank line that ends it");
    cat->add_flag("--mbox", options->mbox, "All that are chosen, one after the other (mboxrd)");
    cat->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
