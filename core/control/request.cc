// Requests and answers as octets: numbers in network order, strings with their length before them.
#include "core/control/request.h"

namespace mailctl::control {
namespace {

void put(std::string& out, std::uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(number >> shift);
}

void put(std::string& out, std::string_view text)
{
    put(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

/// Takes values from the front; once something is missing, all that follows is empty.
class Reader {
public:
    explicit Reader(std::string_view body) : rest_(body) {}

    std::uint32_t number()
    {
        if (rest_.size() < 4) {
            bad_ = true;
            return 0;
        }
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
        rest_.remove_prefix(4);
        return value;
    }
    std::string text()
    {
        const std::uint32_t size = number();
        if (size > rest_.size()) {
            bad_ = true;
            return {};
        }
        std::string out(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return out;
    }
    /// How many things follow, each of at least four octets.
    std::uint32_t count()
    {
        const std::uint32_t value = number();
        bad_ = bad_ || value > rest_.size() / 4;
        return bad_ ? 0 : value;
    }
    bool is_good_end() const { return !bad_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool bad_ = false;
};

} // namespace

std::string encode(const Request& request)
{
    std::string out;
    put(out, request.version);
    put(out, static_cast<std::uint32_t>(request.arguments.size()));
    for (const auto& argument : request.arguments)
        put(out, argument);
    put(out, request.directory);
    put(out, static_cast<std::uint32_t>(request.environment.size()));
    for (const auto& [name, value] : request.environment) {
        put(out, name);
        put(out, value);
    }
    put(out, request.width);
    put(out, (request.in_is_terminal ? 1U : 0U) | (request.out_is_terminal ? 2U : 0U) |
                 (request.err_is_terminal ? 4U : 0U));
    put(out, static_cast<std::uint32_t>(request.files.size()));
    for (const auto& file : request.files) {
        put(out, file.path);
        put(out, file.output ? 1U : 0U);
    }
    return out;
}

Result<Request> decode_request(std::string_view body)
{
    Reader reader(body);
    Request request;
    request.version = reader.text();
    for (auto left = reader.count(); left > 0; --left)
        request.arguments.push_back(reader.text());
    request.directory = reader.text();
    for (auto left = reader.count(); left > 0; --left) {
        std::string name = reader.text();
        request.environment[std::move(name)] = reader.text();
    }
    request.width = reader.number();
    const std::uint32_t terminals = reader.number();
    request.in_is_terminal = (terminals & 1) != 0;
    request.out_is_terminal = (terminals & 2) != 0;
    request.err_is_terminal = (terminals & 4) != 0;
    for (auto left = reader.count(); left > 0; --left) {
        File file;
        file.path = reader.text();
        file.output = reader.number() != 0;
        request.files.push_back(std::move(file));
    }
    if (!reader.is_good_end() || request.files.size() > kMaxFiles)
        return Error(Errc::Invalid, "malformed control request");
    return request;
}

std::string encode(const Answer& answer)
{
    std::string out;
    put(out, static_cast<std::uint32_t>(answer.status));
    put(out, answer.message);
    return out;
}

Result<Answer> decode_answer(std::string_view body)
{
    Reader reader(body);
    Answer answer;
    answer.status = static_cast<int>(reader.number());
    answer.message = reader.text();
    if (!reader.is_good_end())
        return Error(Errc::Invalid, "malformed control answer");
    return answer;
}

} // namespace mailctl::control
