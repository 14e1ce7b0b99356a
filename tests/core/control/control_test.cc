// The control socket: descriptors passed, clients lost, stale and long paths, who may use it.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "core/control/client.h"
#include "core/control/server.h"
#include "core/control/socket.h"

using namespace mailctl;
using namespace mailctl::control;
using namespace std::chrono_literals;

namespace {

struct Folder {
    explicit Folder(const std::string& name = "c")
        : path(std::filesystem::temp_directory_path() /
               ("mailctl-control-" + std::to_string(getpid())) / name)
    {
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string socket() const { return socket_path(path.string()); }
    std::filesystem::path path;
};

struct Pipe {
    Pipe()
    {
        int ends[2];
        BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        read_end = Descriptor(ends[0]);
        write_end = Descriptor(ends[1]);
    }
    /// All that was written, once every copy of the writing end is closed.
    std::string contents()
    {
        write_end = Descriptor();
        std::string all;
        char some[4096];
        for (ssize_t got = 0; (got = ::read(read_end.get(), some, sizeof some)) > 0;)
            all.append(some, static_cast<std::size_t>(got));
        return all;
    }
    Descriptor read_end, write_end;
};

Descriptor copy_of(const Descriptor& descriptor)
{
    return Descriptor(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
}

void write_to(const Descriptor& descriptor, std::string_view text)
{
    BOOST_TEST(::write(descriptor.get(), text.data(), text.size()) ==
               static_cast<ssize_t>(text.size()));
}

std::unique_ptr<ControlServer> serve(const Folder& folder, ControlServer::Run run)
{
    auto socket = listen_at(folder.socket());
    BOOST_REQUIRE_MESSAGE(socket, socket.error().detail());
    Access access;
    access.uid = geteuid();
    return std::make_unique<ControlServer>(*std::move(socket), folder.socket(), access,
                                           std::move(run));
}

Request request_of(std::vector<std::string> arguments)
{
    Request request;
    request.version = MAILCTL_VERSION;
    request.arguments = std::move(arguments);
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    request.in = copy_of(null);
    request.out = copy_of(null);
    request.err = copy_of(null);
    return request;
}

Answer run(const Folder& folder, const Request& request)
{
    const auto answer = run_in_server(folder.socket(), request);
    BOOST_REQUIRE_MESSAGE(answer, answer.error().detail());
    BOOST_REQUIRE(answer->has_value());
    return **answer;
}

Answer status(int number)
{
    Answer answer;
    answer.status = number;
    return answer;
}

} // namespace

BOOST_AUTO_TEST_CASE(words_and_descriptors_reach_the_server)
{
    const Folder folder;
    const auto server = serve(folder, [](Command& command) {
        const Request& r = command.request;
        char in[100] = {};
        const auto got = ::read(r.in.get(), in, sizeof in);
        char file[100] = {};
        const auto file_got = ::read(r.files.at(0).descriptor.get(), file, sizeof file);
        write_to(r.out, r.arguments.at(0) + " " + r.arguments.at(1) + "|" + r.directory + "|" +
                            r.environment.at("MAILCTL_CONF") + "|" + std::to_string(r.width) + "|" +
                            std::string(in, static_cast<std::size_t>(got)) + "|" +
                            r.files.at(0).path + "=" +
                            std::string(file, static_cast<std::size_t>(file_got)));
        write_to(r.err, r.out_is_terminal ? "terminal" : "no terminal");
        // None of them leaks into programs that the server starts.
        for (const int d : {r.in.get(), r.out.get(), r.err.get(), r.files.at(0).descriptor.get()})
            BOOST_TEST((fcntl(d, F_GETFD) & FD_CLOEXEC) != 0);
        return status(command.peer.uid == geteuid() ? 7 : 1);
    });
    Pipe in, out, err, file;
    Request request;
    request.version = MAILCTL_VERSION;
    request.arguments = {"user", "l\xc3\xb6\n"};
    request.directory = "/home/ann";
    request.environment["MAILCTL_CONF"] = "/etc/x.toml";
    request.width = 132;
    request.out_is_terminal = true;
    request.in = copy_of(in.read_end);
    request.out = copy_of(out.write_end);
    request.err = copy_of(err.write_end);
    request.files.push_back({"a.csv", false, copy_of(file.read_end)});
    write_to(in.write_end, "input");
    write_to(file.write_end, "content");
    BOOST_TEST(run(folder, request).status == 7);
    request = Request();
    BOOST_TEST(out.contents() == "user l\xc3\xb6\n|/home/ann|/etc/x.toml|132|input|a.csv=content");
    BOOST_TEST(err.contents() == "terminal");
}

BOOST_AUTO_TEST_CASE(nobody_listens)
{
    const Folder folder;
    BOOST_TEST(!run_in_server(folder.socket(), request_of({}))->has_value());
    {
        const auto dead = listen_at(folder.socket());
        BOOST_REQUIRE(dead.has_value());
    }
    BOOST_TEST(std::filesystem::exists(folder.socket())); // left behind
    BOOST_TEST(!run_in_server(folder.socket(), request_of({}))->has_value());
    const auto server = serve(folder, [](Command&) { return status(0); });
    BOOST_TEST(run(folder, request_of({})).status == 0);
    const auto second = listen_at(folder.socket());
    BOOST_REQUIRE(!second);
    BOOST_TEST((second.error().code() == Errc::Exists));
    server->stop();
    BOOST_TEST(!std::filesystem::exists(folder.socket()));
}

BOOST_AUTO_TEST_CASE(a_path_longer_than_a_socket_address)
{
    const Folder folder(std::string(150, 'd'));
    const auto server = serve(folder, [](Command&) { return status(3); });
    BOOST_TEST(run(folder, request_of({})).status == 3);
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_connect)
{
    const Folder folder;
    const auto server = serve(folder, [](Command&) { return status(0); });
    struct stat seen {};
    BOOST_REQUIRE(::stat(folder.socket().c_str(), &seen) == 0);
    BOOST_TEST((seen.st_mode & 0777) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_group_may_connect_where_there_is_one)
{
    const Folder folder;
    struct stat seen {};
    for (const bool shared : {false, true}) {
        const auto socket = listen_at(folder.socket(), std::nullopt,
                                      shared ? std::optional<unsigned>(::getegid()) : std::nullopt);
        BOOST_REQUIRE(socket.has_value());
        BOOST_REQUIRE(::stat(folder.socket().c_str(), &seen) == 0);
        BOOST_TEST((seen.st_mode & 0777) == (shared ? 0660U : 0600U));
        BOOST_TEST(seen.st_uid == ::geteuid());
        BOOST_TEST(seen.st_gid == ::getegid());
    }
}

BOOST_AUTO_TEST_CASE(a_lost_client_cancels)
{
    const Folder folder;
    std::promise<void> started, cancelled;
    const auto server = serve(folder, [&](Command& command) {
        started.set_value();
        while (!*command.cancelled)
            std::this_thread::yield();
        cancelled.set_value();
        return status(0);
    });
    {
        const auto client = connect_to(folder.socket());
        BOOST_REQUIRE(client.has_value());
        const Request request = request_of({"queue", "list"});
        const std::vector<int> descriptors{request.in.get(), request.out.get(), request.err.get()};
        BOOST_REQUIRE(send_message(client->get(), encode(request), descriptors).has_value());
        started.get_future().wait();
    }
    BOOST_TEST((cancelled.get_future().wait_for(10s) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(stopping_cancels_and_answers)
{
    const Folder folder;
    std::promise<void> started;
    const auto server = serve(folder, [&](Command& command) {
        started.set_value();
        while (!*command.cancelled)
            std::this_thread::yield();
        return status(130);
    });
    auto answer = std::async(std::launch::async,
                             [&] { return run_in_server(folder.socket(), request_of({})); });
    started.get_future().wait();
    server->stop();
    BOOST_TEST((**answer.get()).status == 130);
}

BOOST_AUTO_TEST_CASE(commands_run_side_by_side)
{
    const Folder folder;
    std::atomic<int> running = 0;
    const auto server = serve(folder, [&](Command&) {
        ++running;
        while (running < 4) // each waits for the others
            std::this_thread::yield();
        return status(0);
    });
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 4; ++i)
        answers.push_back(
            std::async(std::launch::async, [&] { return run(folder, request_of({})).status; }));
    for (auto& answer : answers)
        BOOST_TEST(answer.get() == 0);
}

BOOST_AUTO_TEST_CASE(versions_and_rubbish)
{
    const Folder folder;
    const auto server = serve(folder, [](Command&) { return status(0); });
    Request old = request_of({});
    old.version = "0.0.1";
    BOOST_TEST(run(folder, old).status == 76);
    BOOST_TEST(run(folder, old).message.find("restart it") != std::string::npos);

    const auto answer_to = [&](std::string_view octets) {
        const auto client = connect_to(folder.socket());
        BOOST_REQUIRE(client.has_value());
        BOOST_TEST(::send(client->get(), octets.data(), octets.size(), MSG_NOSIGNAL) > 0);
        ::shutdown(client->get(), SHUT_WR);
        const auto message = receive_message(client->get(), kMaxMessageOctets);
        return message ? decode_answer(message->body)->status : -1;
    };
    using namespace std::string_view_literals;
    BOOST_TEST(answer_to("GET / HTTP/1.0\r\n\r\n") == 76);
    BOOST_TEST(answer_to("MCTL\0\0\0\x09\0\0\0\x01x"sv) == 76);          // another protocol
    BOOST_TEST(answer_to("MCTL\0\0\0\x01\xff\xff\xff\xff"sv) == 76);     // too long
    BOOST_TEST(answer_to("MCTL\0\0\0\x01\0\0\0\x04\0\0\0\x09"sv) == 76); // a body that ends early
    BOOST_TEST(answer_to("MCTL\0\0\0\x01\0\0\0\x10"sv) == 76);           // no body
    BOOST_TEST(run(folder, request_of({})).status == 0);                 // and it goes on
}

BOOST_AUTO_TEST_CASE(a_command_that_throws)
{
    const Folder folder;
    const auto server = serve(folder, [](Command&) -> Answer { throw std::logic_error("bug"); });
    const Answer answer = run(folder, request_of({}));
    BOOST_TEST(answer.status == 70);
    BOOST_TEST(answer.message == "internal error: bug");
}
