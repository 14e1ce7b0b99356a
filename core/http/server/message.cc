// Requests through Beast's parser, without its I/O; responses written here.
#include "core/http/server/message.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <ctime>

namespace mailctl::http {
namespace {

namespace beast = boost::beast::http;

/// IMF-fixdate. RFC 9110 §5.6.7
std::string date_of(Time now)
{
    const std::time_t seconds_since = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::gmtime_r(&seconds_since, &parts);
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char rest[32];
    std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &parts);
    const std::string day = (parts.tm_mday < 10 ? "0" : "") + std::to_string(parts.tm_mday);
    return std::string(kDays[parts.tm_wday]) + ", " + day + ' ' + kMonths[parts.tm_mon] + rest;
}

} // namespace

struct RequestReader::Implementation {
    beast::request_parser<beast::string_body> parser;
    bool has_continued = false;
};

RequestReader::RequestReader(std::uint64_t header_octets, std::uint64_t body_octets)
    : implementation_(std::make_unique<Implementation>())
{
    implementation_->parser.header_limit(static_cast<std::uint32_t>(header_octets));
    implementation_->parser.body_limit(body_octets);
    implementation_->parser.eager(true);
}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::take(std::string& octets)
{
    auto& parser = implementation_->parser;
    boost::beast::error_code error;
    while (!parser.is_done() && !octets.empty()) {
        const std::size_t taken = parser.put(boost::asio::buffer(octets), error);
        octets.erase(0, taken);
        if (error == beast::error::need_more)
            return State::More;
        if (error == beast::error::header_limit)
            return State::HeaderTooLarge;
        if (error == beast::error::body_limit)
            return State::BodyTooLarge;
        if (error)
            return State::Bad;
    }
    return parser.is_done() ? State::Done : State::More;
}

bool RequestReader::wants_continue()
{
    const auto& parser = implementation_->parser;
    if (implementation_->has_continued || !parser.is_header_done() || parser.is_done())
        return false;
    implementation_->has_continued = true;
    return boost::beast::iequals(parser.get()[beast::field::expect], "100-continue");
}

Request RequestReader::request() const
{
    const auto& message = implementation_->parser.get();
    const auto text = [](boost::beast::string_view view) { return std::string(view.data(), view.size()); };
    Request out;
    out.method = text(message.method_string());
    out.target = text(message.target());
    out.host = text(message[beast::field::host]);
    out.user_agent = text(message[beast::field::user_agent]);
    out.body = message.body();
    out.keeps_alive = message.keep_alive();
    return out;
}

std::string_view reason_of(unsigned status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
    }
}

std::string encode(const Response& response, bool keeps_alive, bool has_body, Time now)
{
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ' +
                      std::string(reason_of(response.status)) + "\r\n";
    const auto field = [&out](std::string_view name, std::string_view value) {
        out += std::string(name) + ": " + std::string(value) + "\r\n";
    };
    field("Date", date_of(now));
    field("Content-Type", response.type);
    field("Content-Length", std::to_string(response.body.size()));
    field("Cache-Control", "no-store");
    field("X-Content-Type-Options", "nosniff");
    if (!response.allow.empty())
        field("Allow", response.allow);
    if (!response.filename.empty())
        field("Content-Disposition", "attachment; filename=\"" + response.filename + '"');
    field("Connection", keeps_alive ? "keep-alive" : "close");
    out += "\r\n";
    return has_body ? out + response.body : out;
}

} // namespace mailctl::http
