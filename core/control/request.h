// A command on its way from a client to the running server: words, surroundings, descriptors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/control/descriptor.h"

namespace mailctl::control {

// DO NOT CHANGE: on the wire since 0.1. A request is kMagic, kProtocol and the octets of the body
// as two 32-bit numbers in network order, then the body; all descriptors come with its first octet.
inline constexpr char kMagic[4] = {'M', 'C', 'T', 'L'};
inline constexpr std::uint32_t kProtocol = 1;

inline constexpr std::size_t kMaxRequestOctets = 4U << 20;  ///< as much as execve lets through
inline constexpr std::size_t kMaxFiles = 128;               ///< that arguments name
inline constexpr std::size_t kMaxMessageOctets = 64 * 1024; ///< what a server says beside a status
inline constexpr int kStatusProtocol = 76;                  ///< EX_PROTOCOL: versions differ
inline constexpr int kStatusUnavailable = 75;               ///< EX_TEMPFAIL: too busy, or stopping

/// A file that an argument names, opened by the client.
struct File {
    std::string path; ///< as written
    bool output = false;
    Descriptor descriptor;
};

/// Everything a command needs to know of its caller.
struct Request {
    std::string version; ///< of the client's binary
    std::vector<std::string> arguments;
    std::string directory;
    std::map<std::string, std::string> environment; ///< few: what commands ask for
    unsigned width = 80;
    bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
    Descriptor in, out, err;
    std::vector<File> files;
};

/// Streams are numbered: 0 input, 1 output, 2 errors, then the files from here on.
inline constexpr unsigned kFirstFile = 3;

/// The body of a request, without its descriptors.
std::string encode(const Request& request);
/// Errors: Invalid (not what encode gives).
Result<Request> decode_request(std::string_view body);

/// What the server answers: an exit status, and a line for standard error where it has to explain.
struct Answer {
    int status = 0;
    std::string message;
};
std::string encode(const Answer& answer);
Result<Answer> decode_answer(std::string_view body);

} // namespace mailctl::control
