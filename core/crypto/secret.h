// Secrets in memory: overwritten when they are no longer needed.
#pragma once

#include <string>
#include <utility>

namespace mailctl::crypto {

/// Overwrites and empties `secret`; the compiler may not leave it out.
void wipe(std::string& secret);

/// Wipes a string when the scope ends. Borrows: the string.
class WipeAtEnd {
public:
    explicit WipeAtEnd(std::string& secret) : secret_(secret) {}
    WipeAtEnd(const WipeAtEnd&) = delete;
    WipeAtEnd& operator=(const WipeAtEnd&) = delete;
    ~WipeAtEnd() { wipe(secret_); }

private:
    std::string& secret_;
};

} // namespace mailctl::crypto
