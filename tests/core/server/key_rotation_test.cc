// The hourly look at DKIM keys: by schedule, by the DNS of the settings.
#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/dkim/domain_keys.h"
#include "core/server/key_rotation.h"
#include "store/directory.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/folder.h"
#include "tests/store/run.h"

using namespace mailctl;
using mailctl::tests::must;

namespace {

struct Site {
    Site()
    {
        config->dns.zone_files = {(folder.path() / "zone").string()};
        publish("example.org. IN NS ns.example.org.\n");
        for (const auto name : {"example.org", "example.net"}) {
            store::Domain domain;
            domain.name = name;
            must(store->directory().add_domain(std::move(domain)));
            dkim::KeyWish wish;
            wish.selector = "first";
            wish.kind = crypto::SigningKind::Ed25519;
            const auto key = *dkim::make_key(wish, clock.now());
            must(store::dkim_keys(*store).update_keys(name, [&](store::DkimDomain& one) {
                one.keys = {key};
                return dkim::activate(one, "first", clock.now());
            }));
        }
        must(store::dkim_keys(*store).update_keys("example.org", [](store::DkimDomain& one) {
            one.policy.rotation.every = std::chrono::days(30);
            return ok();
        }));
    }
    void publish(const std::string& text)
    {
        std::ofstream(folder.path() / "zone", std::ios::app) << text;
    }
    void look()
    {
        server::KeyRotationParts parts;
        parts.store = store.get();
        parts.config = [this] { return config; };
        parts.workers = workers.get_executor();
        server::KeyRotation rotation(io, std::move(parts));
        boost::asio::co_spawn(io, rotation.look(), boost::asio::detached);
        io.restart();
        io.run();
    }
    std::string states(const std::string& name)
    {
        std::string out;
        for (const auto& key : must(store::dkim_keys(*store).find_keys(name))->keys)
            out += key.selector + ' ' + std::string(dkim::name_of(key.state)) + ';';
        return out;
    }

    tests::Folder folder;
    std::shared_ptr<conf::Config> config = std::make_shared<conf::Config>();
    boost::asio::thread_pool workers{1};
    boost::asio::io_context io;
    ManualClock clock{Time(std::chrono::seconds(1'796'083'200))}; // 2026-12-01
    SeededRandom random{7};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
};

} // namespace

BOOST_AUTO_TEST_CASE(keys_follow_one_another_by_schedule)
{
    Site site;
    site.look();
    BOOST_TEST(site.states("example.org") == "first active;");
    site.clock.advance(std::chrono::days(30));
    site.look();
    BOOST_TEST(site.states("example.org") == "202612e pending;first active;");
    site.look(); // not published: it waits
    BOOST_TEST(site.states("example.org") == "202612e pending;first active;");
    const auto keys = must(store::dkim_keys(*site.store).find_keys("example.org"));
    site.publish(*dkim::to_text(dkim::RecordForm::Zone, *keys->find("202612e"), "example.org"));
    site.look();
    BOOST_TEST(site.states("example.org") == "202612e active;first retired;");
    site.clock.advance(std::chrono::days(7));
    site.look();
    BOOST_TEST(site.states("example.org") == "202612e active;");
    BOOST_TEST(site.states("example.net") == "first active;"); // no schedule
}
