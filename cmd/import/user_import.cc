// The steps of a user import.
#include "cmd/import/user_import.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/csv.h"
#include "core/crypto/password.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kBatchRows = 500;
constexpr std::uint64_t kNotedExisting = 20;

Awaitable<std::vector<Result<store::Entry>>> find_all(store::Directory* directory,
                                                      std::vector<address::Address> addresses)
{
    std::vector<Result<store::Entry>> entries;
    for (auto& address : addresses) {
        auto entry = co_await directory->find(std::move(address));
        entries.push_back(std::move(entry));
    }
    co_return entries;
}

/// True where every column that export writes is the same, secrets and contact fields too.
bool is_same(const store::User& a, const store::User& b)
{
    const auto& columns = user_columns();
    return a.contact == b.contact &&
           std::all_of(columns.begin(), columns.end(), [&](const UserColumn& column) {
               return !column.write || column.write(a) == column.write(b);
           });
}

bool is_worth_going_on(const Error& error)
{
    return error.code() != Errc::Unavailable && error.code() != Errc::Corrupt;
}

std::size_t hash_of(std::string_view text)
{
    return std::hash<std::string_view>()(text);
}

} // namespace

UserImport::UserImport(Context& ctx, store::Directory& directory, UserReader& reader,
                       RejectFile& rejects, UserImportOptions options, OnPassword on_password)
    : ctx_(ctx),
      directory_(directory),
      reader_(reader),
      rejects_(rejects),
      options_(std::move(options)),
      on_password_(std::move(on_password))
{
}

Result<> UserImport::run()
{
    for (;;) {
        if (ctx_.cancelled())
            return Error(Errc::Busy, "stopped");
        TRY(auto row, reader_.next());
        if (!row)
            break;
        TRY_VOID(take(*std::move(row)));
    }
    return settle_batch();
}

void UserImport::reject(const UserRow& row, const Error& error)
{
    ++counts_.rejected;
    rejects_.add(row.line, error.detail(), row.fields);
}

void UserImport::leave(const UserRow& row)
{
    ++counts_.existing;
    const std::string line = "line " + std::to_string(row.line) + ": " +
                             to_string(row.draft->user.address) + " exists, left as it is";
    if (counts_.existing <= kNotedExisting)
        ctx_.note(line);
    else
        ctx_.detail(line);
}

Result<> UserImport::take(UserRow row)
{
    ++counts_.rows;
    if (row.draft)
        TRY_VOID(settle_domain(row));
    const bool is_repeated =
        row.draft && batch_addresses_.count(row.draft->user.address) > 0;
    if (batch_.size() >= kBatchRows || is_repeated)
        TRY_VOID(settle_batch());
    if (row.draft)
        batch_addresses_.insert(row.draft->user.address);
    batch_.push_back(std::move(row)); // bad ones too, so that rejects keep the file's order
    return ok();
}

/// Puts the domain's own name into the address; a row whose domain is not here becomes a bad one.
Result<> UserImport::settle_domain(UserRow& row)
{
    std::string& name = row.draft->user.address.domain;
    TRY(KnownDomain* domain, known_domain(name));
    if (!domain->exists && options_.create_domains)
        TRY_VOID(create_domain(*domain));
    if (domain->exists) {
        name = domain->name;
        return ok();
    }
    row.error = Error(Errc::NotFound,
                      "domain " + name + " is not hosted here; --create-domains makes it");
    row.draft.reset();
    return ok();
}

Result<UserImport::KnownDomain*> UserImport::known_domain(const std::string& name)
{
    auto [at, is_new] = domains_.try_emplace(name);
    KnownDomain& known = at->second;
    if (!is_new)
        return &known;
    const auto found = ctx_.wait(directory_.find_domain(name));
    if (!found && found.error().code() != Errc::NotFound) {
        domains_.erase(at);
        return found.error();
    }
    known.name = found ? found->name : name;
    known.exists = found.has_value();
    if (found) {
        known.users = found->users;
        known.max_users = found->limits.users;
    }
    return &known;
}

Result<> UserImport::create_domain(KnownDomain& domain)
{
    if (!options_.dry_run) {
        store::Domain fresh;
        fresh.name = domain.name;
        const auto added = ctx_.wait(directory_.add_domain(std::move(fresh)));
        if (!added && added.error().code() != Errc::Exists)
            return added.error();
    }
    ++counts_.domains_added;
    domain.exists = true;
    return ok();
}

Result<> UserImport::settle_batch()
{
    std::vector<UserRow> rows = std::exchange(batch_, {});
    batch_addresses_.clear();
    std::vector<address::Address> addresses;
    for (const auto& row : rows) {
        if (row.draft)
            addresses.push_back(row.draft->user.address);
    }
    const auto entries = ctx_.wait(find_all(&directory_, std::move(addresses)));
    std::vector<Work> works;
    auto entry = entries.begin();
    for (auto& row : rows) {
        if (!row.draft) {
            reject(row, row.error);
            continue;
        }
        if (!*entry && entry->error().code() != Errc::NotFound)
            return entry->error();
        sort_out(std::move(row), *entry++, works);
    }
    if (!options_.dry_run)
        TRY_VOID(carry_out(std::move(works)));
    ctx_.progress(options_.dry_run ? "checking" : "importing", counts_.rows, options_.total_rows);
    return ok();
}

/// Decides what a row is: new, a change, nothing to do, or to be rejected.
void UserImport::sort_out(UserRow row, const Result<store::Entry>& entry, std::vector<Work>& works)
{
    if (!entry)
        return plan_new(std::move(row), works);
    const auto* user = std::get_if<store::User>(&*entry);
    if (!user)
        return reject(row, Error(Errc::Exists, "the address is an alias"));
    if (!options_.update)
        return leave(row);
    if (user->state == store::UserState::Removed)
        return reject(row,
                      Error(Errc::Exists, "the user was removed; user restore brings it back"));
    plan_update(std::move(row), *user, works);
}

void UserImport::plan_new(UserRow row, std::vector<Work>& works)
{
    Work work{std::move(row), {}, {}, {}, true};
    work.user = work.row.draft->user;
    work.password = work.row.draft->password;
    if (options_.dry_run && pretended_.count(hash_of(to_string(work.user.address))) > 0) {
        if (!options_.update)
            return leave(work.row);
        auto& before = pretended_[hash_of(to_string(work.user.address))];
        const auto now = hash_of(csv::format_row(work.row.fields));
        const bool changes = before != now || !work.password.empty();
        ++(changes ? counts_.updated : counts_.unchanged);
        before = now;
        return;
    }
    if (auto fine = settle_password(work); !fine)
        return reject(work.row, fine.error());
    if (options_.dry_run && !pretend(work))
        return;
    if (options_.dry_run)
        ++counts_.added;
    else
        works.push_back(std::move(work));
}

/// In a dry run: counts the user to its domain, as the directory would.
bool UserImport::pretend(const Work& work)
{
    KnownDomain& domain = domains_[work.user.address.domain];
    if (domain.max_users != 0 && domain.users >= domain.max_users) {
        reject(work.row, Error(Errc::OverQuota, domain.name + ": limit of users reached"));
        return false;
    }
    ++domain.users;
    pretended_[hash_of(to_string(work.user.address))] = hash_of(csv::format_row(work.row.fields));
    return true;
}

void UserImport::plan_update(UserRow row, const store::User& existing, std::vector<Work>& works)
{
    const auto merged = reader_.over(existing, row);
    if (!merged)
        return reject(row, merged.error());
    Work work{std::move(row), merged->user, merged->password, {}, false};
    if (work.password.empty() && is_same(work.user, existing)) {
        ++counts_.unchanged;
        return;
    }
    if (!work.password.empty()) {
        if (auto fine = settle_password(work); !fine)
            return reject(work.row, fine.error());
    }
    if (options_.dry_run)
        ++counts_.updated;
    else
        works.push_back(std::move(work));
}

Result<> UserImport::settle_password(Work& work)
{
    if (work.password.empty() && !work.user.credentials.hash.empty())
        return ok();
    if (work.password.empty())
        work.password = options_.fixed_password;
    if (work.password.empty() && options_.random_passwords)
        work.password = work.made_password = crypto::generate_password();
    if (work.password.empty())
        return Error(Errc::Invalid, "no password; --random-passwords makes one");
    if (work.password.size() < options_.min_password_length)
        return Error(Errc::Invalid, "password: shorter than auth.min_password_length, " +
                                        std::to_string(options_.min_password_length));
    return ok();
}

void UserImport::hash_passwords(std::vector<Work>& works)
{
    std::vector<std::string> passwords;
    for (const auto& work : works) {
        if (!work.password.empty())
            passwords.push_back(work.password);
    }
    const Time now = system_clock().now();
    auto made =
        make_credentials(passwords, options_.cost, now, [this] { return ctx_.cancelled(); });
    std::size_t next = 0;
    for (auto& work : works) {
        if (!work.password.empty())
            work.user.credentials = std::move(made[next++]);
        else if (work.is_new)
            work.user.credentials.changed = now;
    }
}

Result<> UserImport::carry_out(std::vector<Work> works)
{
    hash_passwords(works);
    if (ctx_.cancelled())
        return Error(Errc::Busy, "stopped");
    std::vector<Work> added;
    for (auto& work : works) {
        if (!work.password.empty() && work.user.credentials.hash.empty())
            reject(work.row, Error(Errc::Unavailable, "no memory to hash the password"));
        else if (work.is_new)
            added.push_back(std::move(work));
        else
            TRY_VOID(update_one(work));
    }
    return add_all(added);
}

Result<> UserImport::add_all(std::vector<Work>& works)
{
    std::vector<store::User> users;
    for (const auto& work : works)
        users.push_back(work.user);
    const auto results = ctx_.wait(directory_.add_users(std::move(users)));
    for (std::size_t i = 0; i < works.size(); ++i) {
        if (results[i]) {
            ++counts_.added;
            if (!works[i].made_password.empty())
                on_password_(to_string(works[i].user.address), works[i].made_password);
        } else if (results[i].error().code() == Errc::Exists) {
            leave(works[i].row); // by somebody else, since it was looked for
        } else if (is_worth_going_on(results[i].error())) {
            reject(works[i].row, results[i].error());
        } else {
            return results[i].error();
        }
    }
    return ok();
}

Result<> UserImport::update_one(const Work& work)
{
    const auto change = [this, &work](store::User& user) -> Result<> {
        TRY(auto merged, reader_.over(user, work.row));
        user = std::move(merged.user);
        if (!work.password.empty())
            user.credentials = work.user.credentials;
        return ok();
    };
    const auto done = ctx_.wait(directory_.update_user(work.user.address, change));
    if (done)
        ++counts_.updated;
    else if (is_worth_going_on(done.error()))
        reject(work.row, done.error());
    else
        return done.error();
    return ok();
}

} // namespace mailctl::cmd
