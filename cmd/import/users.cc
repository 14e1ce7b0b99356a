// mailctl import users: adds or changes users from a CSV file.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "cmd/import/import.h"
#include "cmd/import/user_import.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/base/csv.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string file, preset, separator = ",", comment, domain;
    std::vector<std::string> map;
    std::string rejects, random_passwords, fixed_password_file;
    bool no_header = false, header = false, update = false, create_domains = false;
};

/// A descriptor that is closed at the end, unless it is one of the three standard ones.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor()
    {
        if (number_ > STDERR_FILENO)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

Result<std::size_t> read_octets(int descriptor, char* buffer, std::size_t size)
{
    for (;;) {
        const auto got = ::read(descriptor, buffer, size);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return Error(Errc::Unavailable, std::string("reading: ") + std::strerror(errno));
    }
}

UserReader::ReadOctets reads(int descriptor)
{
    return [descriptor](char* buffer, std::size_t size) {
        return read_octets(descriptor, buffer, size);
    };
}

Result<char> one_character(const std::string& text, std::string_view option)
{
    if (text == "tab" || text == "\\t")
        return '\t';
    if (text.size() == 1 && text[0] != '"' && text[0] != '\n' && text[0] != '\r')
        return text[0];
    return Error(Errc::Invalid, std::string(option) + " needs one character, or \"tab\"");
}

Result<UserFileFormat> format_of(const Options& options)
{
    UserFileFormat format;
    TRY(format.csv.separator, one_character(options.separator, "--separator"));
    if (!options.comment.empty()) {
        TRY(format.csv.comment, one_character(options.comment, "--comment"));
    }
    format.preset = options.preset;
    format.has_header = options.header || (options.preset.empty() && !options.no_header);
    format.map = options.map;
    format.default_domain = options.domain;
    for (const auto& preset : user_presets()) {
        if (preset.name == options.preset && options.comment.empty())
            format.csv.comment = preset.comment;
    }
    return format;
}

/// What a first look at the whole file found.
struct Preview {
    std::uint64_t rows = 0, plain_passwords = 0;
};

/// Reads a regular file through and goes back to its start. A pipe has no preview.
Result<Preview> preview(int descriptor, const UserFileFormat& format)
{
    struct stat status {};
    Preview found;
    const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const off_t start = is_file ? ::lseek(descriptor, 0, SEEK_CUR) : -1;
    if (start < 0)
        return found;
    UserReader reader(format, reads(descriptor));
    TRY_VOID(reader.start());
    for (;;) {
        TRY(const auto row, reader.next());
        if (!row)
            break;
        ++found.rows;
        found.plain_passwords += reader.has_plain_password(*row);
    }
    if (::lseek(descriptor, start, SEEK_SET) < 0)
        return Error(Errc::Unavailable, "the file cannot be read twice");
    return found;
}

/// "about 12 min", for people.
std::string rough_time(double seconds)
{
    if (seconds < 90)
        return "about " + std::to_string(std::lround(std::max(1.0, seconds))) + " s";
    if (seconds < 90 * 60)
        return "about " + std::to_string(std::lround(seconds / 60)) + " min";
    return "about " + std::to_string(std::lround(seconds / 3600)) + " h";
}

void note_hashing_time(const Preview& found, const UserImportOptions& wanted, Context& ctx)
{
    constexpr std::uint64_t kWorthTelling = 100;
    if (found.plain_passwords < kWorthTelling || wanted.dry_run || ctx.quiet)
        return;
    const double one = measure_hashing(wanted.cost).count();
    ctx.note(std::to_string(found.plain_passwords) + " plain passwords to hash on " +
             std::to_string(hashing_threads()) + " cores: " +
             rough_time(one * static_cast<double>(found.plain_passwords) / hashing_threads()));
}

Result<std::string> first_line_of(const std::string& path, Context& ctx)
{
    TRY(const int number, ctx.open_input(path));
    const Descriptor file(number);
    std::string text(4096, '\0');
    TRY(const std::size_t got, read_octets(number, text.data(), text.size()));
    text.resize(got);
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty())
        return Error(Errc::Invalid, path + ": the first line is empty");
    return text;
}

/// The result file of --random-passwords.
class PasswordFile {
public:
    Result<> open(const std::string& path, Context& ctx)
    {
        TRY(const int number, ctx.open_output(path));
        file_.emplace(number);
        return write({"address", "password"});
    }
    Result<> write(const std::vector<std::string>& fields)
    {
        std::string row = csv::format_row(fields);
        std::string_view rest = row;
        while (!rest.empty()) {
            const auto written = ::write(file_->number(), rest.data(), rest.size());
            if (written > 0)
                rest.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EINTR)
                return Error(Errc::Unavailable, "the password file cannot be written");
        }
        return ok();
    }

private:
    std::optional<Descriptor> file_;
};

Result<UserImportOptions> import_options(const Options& options, Context& ctx)
{
    TRY(const auto config, ctx.config());
    UserImportOptions wanted;
    wanted.update = options.update;
    wanted.create_domains = options.create_domains;
    wanted.dry_run = ctx.dry_run;
    wanted.random_passwords = !options.random_passwords.empty();
    wanted.min_password_length = config->auth.min_password_length;
    wanted.cost = {{config->auth.hash_memory_kib, config->auth.hash_passes},
                   config->auth.scram_iterations};
    if (!options.fixed_password_file.empty()) {
        TRY(wanted.fixed_password, first_line_of(options.fixed_password_file, ctx));
    }
    return wanted;
}

void report(const UserImportCounts& counts, Context& ctx)
{
    Sheet(ctx, "mailctl.import.users/1")
        .field("rows", counts.rows)
        .field("added", counts.added)
        .field("updated", counts.updated)
        .field("unchanged", counts.unchanged)
        .field("existing", counts.existing)
        .field("rejected", counts.rejected)
        .field("domains_added", counts.domains_added)
        .field("dry_run", ctx.dry_run);
}

Result<UserImportCounts> import_file(const Options& options, int number, Context& ctx)
{
    TRY(const auto format, format_of(options));
    TRY(auto wanted, import_options(options, ctx));
    TRY(auto* store, ctx.store());
    TRY(const auto found, preview(number, format));
    wanted.total_rows = found.rows;
    note_hashing_time(found, wanted, ctx);

    UserReader reader(format, reads(number));
    TRY_VOID(reader.start());
    RejectFile rejects(ctx, format.csv.separator);
    rejects.set_columns(reader.names());
    if (!options.rejects.empty())
        TRY_VOID(rejects.open(options.rejects));
    PasswordFile passwords;
    if (wanted.random_passwords && !wanted.dry_run)
        TRY_VOID(passwords.open(options.random_passwords, ctx));
    Result<> written = ok();
    const auto on_password = [&](const std::string& address, const std::string& password) {
        if (auto done = passwords.write({address, password}); !done)
            written = done;
    };
    UserImport work(ctx, store->directory(), reader, rejects, wanted, on_password);
    const auto done = work.run();
    ctx.end_progress();
    TRY_VOID(rejects.finish());
    if (!done)
        return done.error().within("after " + std::to_string(work.counts().added) + " added and " +
                                   std::to_string(work.counts().updated) + " updated");
    TRY_VOID(written);
    return work.counts();
}

int run(const Options& options, Context& ctx)
{
    const auto number = ctx.open_input(options.file);
    if (!number) {
        ctx.complain(number.error().detail());
        return EX_NOINPUT;
    }
    const Descriptor file(*number);
    const auto counts = import_file(options, *number, ctx);
    if (!counts)
        return counts.error().code() == Errc::Invalid
                   ? (ctx.complain(counts.error().detail()), EX_DATAERR)
                   : ctx.fail(counts.error());
    report(*counts, ctx);
    if (counts->rejected == 0)
        return EX_OK;
    ctx.note(std::to_string(counts->rejected) + " of " + std::to_string(counts->rows) +
             " rows rejected" + (options.rejects.empty() ? "" : ": see " + options.rejects));
    return kExitPartial;
}

std::string column_help()
{
    std::string text = "Columns:";
    for (const auto& column : user_columns()) {
        if (!column.read)
            continue;
        text += "\n  " + std::string(column.name);
        if (!column.help.empty())
            text += std::string(std::max<std::size_t>(1, 16 - column.name.size()), ' ') +
                    std::string(column.help);
    }
    return text;
}

void add_format_options(CLI::App& users, const std::shared_ptr<Options>& options, Context& ctx)
{
    users.add_option("--preset", options->preset,
                     "Columns of another server's file, which has no header row: "
                     "evo (account, password, domain, name, department, office phone, mobile), "
                     "mailenable (address, password, quota in KiB, name) or "
                     "hmailserver (address, password, quota in MiB; # comments)");
    users.add_option("--map", options->map,
                     "THEIRS=OURS: names a column; THEIRS is its name or its number from 1, "
                     "OURS is \"-\" to leave it out; may be repeated")
        ->type_name("THEIRS=OURS");
    users.add_option("--separator", options->separator, "Between fields: one character, or tab")
        ->capture_default_str();
    users.add_option("--comment", options->comment,
                     "Rows that start with this character are passed over");
    users.add_flag("--no-header", options->no_header,
                   "The first row is a user; --map gives columns by number");
    users.add_flag("--header", options->header, "With --preset: the first row is no user");
    users.add_option("--domain", options->domain, "For addresses without a domain");
    add_input_file(users, ctx, "--fixed-password", options->fixed_password_file,
                   "For new users without a password: the first line of this file");
    add_output_file(users, ctx, "--random-passwords", options->random_passwords,
                    "For new users without a password: make one, and write it here as "
                    "address,password");
}

} // namespace

void add_import_users(CLI::App& noun, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* users = noun.add_subcommand("users", "Add or change users from a CSV file");
    users->footer(column_help());
    add_input_file(*users, ctx, "FILE", options->file,
                   "UTF-8, fields separated by commas, quoted where they hold one; "
                   "the first row names the columns, in any order; \"-\" is standard input")
        ->required();
    add_format_options(*users, options, ctx);
    users->add_flag("--update", options->update,
                    "Change users that exist: fields with a value replace what is stored, empty "
                    "ones leave it. Without it they are left as they are and counted");
    users->add_flag("--create-domains", options->create_domains, "Add domains that are missing");
    add_output_file(*users, ctx, "--rejects", options->rejects,
                    "Where rejected rows go, with line and reason (default FILE.rejects.csv; "
                    "for standard input: complaints on standard error)");
    add_change_options(*users, ctx);
    users->callback([options, &ctx] {
        if (options->rejects.empty() && options->file != "-") {
            options->rejects = options->file + ".rejects.csv";
            ctx.files.push_back({options->rejects, true, -1});
        }
        ctx.action = [options, &ctx] { return run(*options, ctx); };
    });
}

} // namespace mailctl::cmd
