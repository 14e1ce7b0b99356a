// DKIM keys in the store: changes are seen at once, and keys go with their domain.
#include <cstdio>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "core/crypto/signing_key.h"
#include "store/directory.h"
#include "store/dkim_keys.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/folder.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

struct Site {
    Site() { add_domain("example.org"); }
    void add_domain(const std::string& name)
    {
        Domain domain;
        domain.name = name;
        must(store->directory().add_domain(std::move(domain)));
    }
    DkimKeys& keys() { return dkim_keys(*store); }
    Awaitable<Result<DkimDomain>> put(const std::string& domain, const DkimKey& key)
    {
        return keys().update_keys(domain, [key](DkimDomain& one) {
            one.keys.push_back(key);
            return ok();
        });
    }

    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{7};
    std::unique_ptr<Store> store = make_store(std::make_unique<MemoryEngine>(), clock, random);
};

DkimKey key_of(std::string selector, DkimState state = DkimState::Active)
{
    static const auto pair = *crypto::SigningKey::generate(crypto::SigningKind::Ed25519);
    DkimKey key;
    key.selector = std::move(selector);
    key.state = state;
    key.kind = crypto::SigningKind::Ed25519;
    key.bits = 256;
    key.private_key = pair.pem();
    key.public_key = pair.verifying().octets();
    key.created = Time(milliseconds(1'800'000'000'000));
    key.note = "first";
    key.testing = true;
    return key;
}

Errc code_of(const Result<DkimDomain>& result)
{
    return result.error().code();
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_stored_comes_back)
{
    Site site;
    BOOST_TEST(!must(site.keys().find_keys("example.org")));
    must(site.put("example.org", key_of("b", DkimState::Pending)));
    must(site.put("example.org", key_of("a")));
    must(site.keys().update_keys("example.org", [](DkimDomain& one) {
        one.policy.sign = false;
        one.policy.canons = "simple/simple";
        one.policy.headers = "From";
        one.policy.identity = "@example.org";
        one.policy.lifetime = std::chrono::hours(1);
        one.policy.rotation = {std::chrono::hours(2), milliseconds(0), std::chrono::hours(3)};
        return ok();
    }));
    const auto found = must(site.keys().find_keys("example.org"));
    BOOST_REQUIRE(found);
    BOOST_TEST(found->domain == "example.org");
    BOOST_REQUIRE(found->keys.size() == 2U);
    const DkimKey& a = found->keys[0];
    BOOST_TEST(a.selector == "a");
    BOOST_TEST((a.state == DkimState::Active));
    BOOST_TEST(a.signing.is_set());
    BOOST_TEST(a.note == "first");
    BOOST_TEST(a.testing);
    BOOST_TEST(a.public_key == key_of("a").public_key);
    BOOST_TEST(!found->keys[1].signing.is_set()); // pending: not made ready
    BOOST_TEST(!found->policy.sign);
    BOOST_TEST(!found->is_signing());
    BOOST_TEST((found->policy.rotation ==
                DkimRotation{std::chrono::hours(2), milliseconds(0), std::chrono::hours(3)}));
    BOOST_TEST(must(site.keys().all_keys()).size() == 1U);
    // Read once: the same object while nothing changes.
    BOOST_TEST(must(site.keys().find_keys("example.org")) == found);
}

BOOST_AUTO_TEST_CASE(changes_are_seen_at_once)
{
    Site site;
    must(site.put("example.org", key_of("a")));
    BOOST_TEST(must(site.keys().find_keys("example.org"))->is_signing());
    must(site.keys().update_keys("example.org", [](DkimDomain& one) {
        one.find("a")->state = DkimState::Retired;
        return ok();
    }));
    BOOST_TEST(!must(site.keys().find_keys("example.org"))->is_signing());
    must(site.keys().erase_keys("example.org"));
    BOOST_TEST(!must(site.keys().find_keys("example.org")));
    must(site.keys().erase_keys("example.org")); // again: nothing to do
}

BOOST_AUTO_TEST_CASE(limits_of_keys)
{
    Site site;
    must(site.put("example.org", key_of("a")));
    BOOST_TEST((code_of(run(site.put("example.org", key_of("a")))) == Errc::Exists));
    BOOST_TEST((code_of(run(site.put("example.org", key_of("not a selector")))) == Errc::Invalid));
    BOOST_TEST((code_of(run(site.put("example.org", key_of("Upper")))) == Errc::Invalid));
    DkimKey noted = key_of("noted");
    noted.note = std::string(kMaxDkimNote, 'x');
    must(site.put("example.org", noted));
    noted.selector = "more";
    noted.note += 'x';
    BOOST_TEST((code_of(run(site.put("example.org", noted))) == Errc::Invalid));
    for (std::size_t i = 2; i < kMaxDkimKeys; ++i)
        must(site.put("example.org", key_of("k" + std::to_string(i))));
    BOOST_TEST((code_of(run(site.put("example.org", key_of("one-more")))) == Errc::OverQuota));
}

BOOST_AUTO_TEST_CASE(keys_go_with_their_domain)
{
    Site site;
    must(site.store->directory().add_domain_alias("example.org", "example.com"));
    for (const auto name : {"example.org", "example.com"})
        must(site.put(name, key_of("a")));
    must(site.store->directory().remove_domain_alias("example.com"));
    BOOST_TEST(!must(site.keys().find_keys("example.com")));
    BOOST_TEST(must(site.keys().find_keys("example.org"))->is_signing());
    must(site.store->directory().remove_domain("example.org"));
    BOOST_TEST(!must(site.keys().find_keys("example.org")));
    site.add_domain("example.org"); // the next owner of the name starts without keys
    BOOST_TEST(!must(site.keys().find_keys("example.org")));
}

BOOST_AUTO_TEST_CASE(a_renamed_domain_leaves_its_keys_under_the_old_name)
{
    Site site;
    must(site.put("example.org", key_of("a")));
    must(site.store->directory().rename_domain("example.org", "example.net", false));
    BOOST_TEST(must(site.keys().find_keys("example.org"))->is_signing());
    BOOST_TEST(!must(site.keys().find_keys("example.net")));
}

BOOST_AUTO_TEST_CASE(keys_in_files)
{
    Site site;
    const tests::Folder folder;
    const std::string path = (folder.path() / "key.pem").string();
    DkimKey key = key_of("a");
    std::ofstream(path) << key.private_key;
    key.private_key = "file:" + path;
    must(site.put("example.org", key));
    BOOST_TEST(must(site.keys().find_keys("example.org"))->is_signing());
    std::filesystem::remove(path);
    // A key that cannot be read does not sign, and the rest of the domain works on.
    key.selector = "b";
    must(site.put("example.org", key));
    BOOST_TEST(!must(site.keys().find_keys("example.org"))->is_signing());
    BOOST_TEST((load_private_key(key.private_key).error().code() == Errc::Unavailable));
}
