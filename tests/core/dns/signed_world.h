// A DNS of zones that are signed when a test begins, and which a test can falsify.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/dns/raw.h"

namespace mailctl::dns {

struct SignedZone {
    std::string apex; ///< "signed.test"; empty: the root
    std::string text; ///< master file, names below the apex
    int algorithm = 13;
    enum class Kind { Nsec, Nsec3, OptOut, Unsigned } kind = Kind::Nsec;
    unsigned iterations = 0; ///< of NSEC3
    enum class Ds { Sha256, Sha1, Both, Other, Foreign, None } ds = Ds::Sha256;
    unsigned colliding_keys = 0; ///< more DNSKEYs, with the tag of the one that signs
};

/// What the server says, records in the form of master files.
struct WorldReply {
    std::vector<std::string> answer, authority;
    bool no_domain = false;

    /// Takes away the records that contain `text`.
    void drop(const std::string& text);
    void replace(const std::string& from, const std::string& to);
};

/// Answers as an honest recursive server, unless `tamper` is set. Every denial has all NSEC or
/// NSEC3 records of its zone.
class SignedWorld final : public Exchange {
public:
    /// Signatures are good from a day before `now` until a day after.
    SignedWorld(std::vector<SignedZone> zones, Time now);

    Awaitable<Result<RawMessage>> exchange(Question question) override;

    /// The root's DNSKEY, and as a DS record.
    std::string anchor() const { return anchors_.at("").front(); }
    std::string anchor_ds() const { return anchors_.at("").back(); }
    std::string anchor_of(const std::string& zone) const { return anchors_.at(zone).front(); }

    std::function<void(const Question&, WorldReply&)> tamper;
    std::vector<Question> asked;
    bool is_down = false;
    bool is_root = false; ///< it answers as the world's own servers, not as a configured one

private:
    using Records = std::vector<std::string>;
    struct Node {
        std::map<std::uint16_t, Records> sets, signatures;
    };
    struct Zone {
        std::map<std::string, Node> nodes;
        Records denials;
    };
    void sign(const SignedZone& spec, const std::string& text, Time now);
    WorldReply reply(const Question& question) const;
    static bool has_below(const Zone& zone, const std::string& name);
    void deny(const Zone& zone, const std::string& apex, WorldReply& out) const;

    std::map<std::string, Zone> zones_;
    std::map<std::string, Records> ds_;      ///< that parents publish
    std::map<std::string, Records> anchors_; ///< DNSKEY, DS
};

} // namespace mailctl::dns
