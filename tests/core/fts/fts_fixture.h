// An account on a memory engine with its full-text index, for tests.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/fts/indexes.h"
#include "core/mime/charset.h"
#include "store/emails.h"
#include "tests/store/account_fixture.h"
#include "tests/store/folder.h"

namespace mailctl::tests {

struct FtsFixture : AccountFixture {
    Folder folder;
    conf::FtsSettings settings;
    std::unique_ptr<boost::asio::thread_pool> worker;
    std::unique_ptr<fts::Indexes> indexes;

    FtsFixture() { start(); }
    ~FtsFixture() { stop(); }

    void start()
    {
        worker = std::make_unique<boost::asio::thread_pool>(1);
        fts::IndexesParts parts;
        parts.random = &system_random();
        parts.folder = folder.path() / "fts";
        parts.settings = [this] { return settings; };
        parts.worker = worker->get_executor();
        indexes = std::make_unique<fts::Indexes>(std::move(parts));
    }
    void stop()
    {
        indexes->stop();
        worker->join();
        indexes.reset();
    }
    /// As after a restart of the server.
    void restart()
    {
        stop();
        open();
        start();
    }

    void update(bool from_nothing = false) { must(indexes->update(account, from_nothing)); }
    fts::Status status() { return must(indexes->status(account)); }
    std::filesystem::path index_path() { return folder.path() / "fts" / to_string(account->id()); }

    fts::Answer ask(const std::string& text, std::vector<fts::Field> fields, bool is_fuzzy = false)
    {
        std::vector<fts::Sought> sought(1);
        sought[0].fields = std::move(fields);
        sought[0].folded = mime::fold_case(text);
        sought[0].is_fuzzy = is_fuzzy;
        return must(asked(std::move(sought)));
    }

    /// "yn?" for emails 1, 2, 3.
    std::string says(const std::string& text, std::vector<fts::Field> fields = {fts::Field::Header, fts::Field::Body})
    {
        const auto answer = ask(text, std::move(fields));
        std::string out;
        for (std::uint64_t id = 1; id <= value_of(store::last_email(*account)); ++id) {
            const auto one = answer.about(EmailId{id});
            out += one == fts::Says::Yes ? 'y' : one == fts::Says::No ? 'n' : '?';
        }
        return out;
    }

private:
    Awaitable<Result<fts::Answer>> asked(std::vector<fts::Sought> sought)
    {
        auto answers = co_await indexes->ask(*account, std::move(sought));
        co_return std::move(answers.at(0));
    }
};

} // namespace mailctl::tests
