// A request as it came, and a response to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace mailctl::http {

struct Request {
    std::string method, target, host, user_agent, body;
    bool keeps_alive = false;
};

struct Response {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
    std::string allow;    ///< of 405
    std::string filename; ///< offered to be saved under; empty: shown

    Response() = default;
    Response(unsigned status_, std::string body_) : status(status_), body(std::move(body_)) {}
};

/// Takes in one request, octet by octet as they come.
class RequestReader {
public:
    RequestReader(std::uint64_t header_octets, std::uint64_t body_octets);
    ~RequestReader();

    enum class State { More, Done, Bad, HeaderTooLarge, BodyTooLarge };
    /// Takes what it can off the front of `octets`.
    State take(std::string& octets);
    /// True once the client's "Expect: 100-continue" waits for an answer; once only.
    bool wants_continue();
    /// After Done.
    Request request() const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// The octets of a response. `has_body`: false for HEAD. RFC 9110 §9.3.2
std::string encode(const Response& response, bool keeps_alive, bool has_body, Time now);

/// "Not Found" of 404.
std::string_view reason_of(unsigned status);

} // namespace mailctl::http
