// What the checks of meaning share: complaints with their place, and values of a few kinds.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conf/load.h"

namespace mailctl::conf {

/// Collects what is wrong. Borrows: `origins`.
class Checker {
public:
    explicit Checker(const std::map<std::string, Origin>& origins) : origins_(origins) {}

    /// `key`: "listener[0].tls"; its place is that of the key, or of the whole file.
    void complain(const std::string& key, std::string message);
    std::vector<Diagnostic> take() { return std::move(found_); }

private:
    const std::map<std::string, Origin>& origins_;
    std::vector<Diagnostic> found_;
};

/// "192.0.2.1", "2001:db8::1"
bool is_ip_address(const std::string& text);
void check_one_of(Checker& check, const std::string& key, const std::string& value,
                  std::span<const std::string_view> words);
void check_one_of(Checker& check, const std::string& key, const std::string& value,
                  std::initializer_list<std::string_view> words);

/// What [quota], [deleted], [[retention]] and [pop3] mean.
void check_keeping(Checker& check, const Config& config);
/// What [dns], [outbound], [[smart_host]], [[route]], [queue], [bounce], [forward], [sending] and
/// [[rewrite]] mean together.
void check_outbound(Checker& check, const Config& config);
/// [abuse]
void check_abuse(Checker& check, const Config& config);
/// [user], and who signs client certificates
void check_users(Checker& check, const Config& config);
/// [sharing]
void check_sharing(Checker& check, const Config& config);
/// [[route]] and [[smart_host]] alone; called by check_outbound.
void check_routes(Checker& check, const Config& config);

// Shared by the two.
/// The name of a host or a domain in its one form.
void check_domain(Checker& check, const std::string& key, const std::string& name);
void check_sources(Checker& check, const std::string& key, const std::vector<std::string>& sources);
void check_secret(Checker& check, const std::string& key, const std::string& reference);
void check_mail_address(Checker& check, const std::string& key, const std::string& text);
/// Waits between attempts.
void check_waits(Checker& check, const std::string& key, const std::vector<std::string>& waits);
void check_smart_host_names(Checker& check, const Config& config, const std::string& key,
                            const std::vector<std::string>& names);

} // namespace mailctl::conf
