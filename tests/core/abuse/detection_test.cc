// Detections of mass mail: each at its limit and one past it, what a restart keeps, what is equal.
#include "core/abuse/detection.h"

#include <boost/test/unit_test.hpp>

#include "store/record.h"

namespace mailctl::abuse {
namespace {

using conf::DetectAction;
using conf::DetectSettings;

struct Fixture {
    std::vector<Fired> send(std::string_view subject = "", std::uint64_t octets = 1,
                            std::uint64_t recipients = 1)
    {
        return detector.sent(limits, {octets, recipients, subject}, now);
    }

    Detector detector;
    DetectSettings limits;
    Time now = *parse_rfc3339("2026-11-21T02:03:04Z");
};

struct Case {
    std::string_view name;
    unsigned DetectSettings::*limit;
    Detection detection;
    std::vector<Fired> (*happen)(Fixture&);
    std::chrono::minutes over; ///< what was counted counts no more
};

const Case kCases[] = {
    {"equal subjects", &DetectSettings::equal_subjects, Detection::EqualSubjects,
     [](Fixture& f) { return f.send("Buy now"); }, std::chrono::hours(24)},
    {"equal sizes", &DetectSettings::equal_sizes, Detection::EqualSizes,
     [](Fixture& f) { return f.send("", 4711); }, std::chrono::hours(24)},
    {"logins", &DetectSettings::logins, Detection::Logins,
     [](Fixture& f) { return f.detector.logged_in(f.limits, f.now); }, std::chrono::minutes(12)},
    {"recipients", &DetectSettings::recipients, Detection::Recipients,
     [](Fixture& f) { return f.send(); }, std::chrono::minutes(12)},
    {"failures", &DetectSettings::failures, Detection::Failures,
     [](Fixture& f) { return f.detector.failed(f.limits, 1, f.now); }, std::chrono::minutes(66)},
};

BOOST_AUTO_TEST_CASE(at_the_limit_and_one_past_it)
{
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Fixture f;
            BOOST_TEST(c.happen(f).empty()); // 0: any number
            f.limits.*c.limit = 3;
            f.detector = Detector();
            for (int i = 0; i < 3; ++i)
                BOOST_TEST(c.happen(f).empty());
            const auto fired = c.happen(f);
            BOOST_REQUIRE(fired.size() == 1U);
            BOOST_TEST((fired[0].detection == c.detection));
            BOOST_TEST(fired[0].count == 4U);
            BOOST_TEST(fired[0].limit == 3U);
            BOOST_TEST(c.happen(f).empty()); // told once
            f.now += c.over;
            for (int i = 0; i < 3; ++i)
                BOOST_TEST(c.happen(f).empty());
            BOOST_TEST(c.happen(f).size() == 1U);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(many_recipients_of_one_message, Fixture)
{
    limits.recipients = 200;
    BOOST_TEST(send("", 1, 200).empty());
    const auto fired = send("", 1, 1);
    BOOST_REQUIRE(fired.size() == 1U);
    BOOST_TEST(fired[0].count == 201U);
}

BOOST_FIXTURE_TEST_CASE(the_window_is_a_setting, Fixture)
{
    limits.recipients = 1;
    limits.window = std::chrono::minutes(60);
    BOOST_TEST(send().empty());
    now += std::chrono::minutes(59);
    BOOST_TEST(send().size() == 1U);
    // A shorter one reads what was counted for it.
    now += std::chrono::minutes(61);
    limits.window = std::chrono::minutes(1);
    BOOST_TEST(send().empty());
    limits.window = std::chrono::hours(6);
    BOOST_TEST(detector.count(Detection::Recipients, limits.window, now) == 3U);
    BOOST_TEST(detector.count(Detection::Recipients, std::chrono::minutes(1), now) == 1U);
}

BOOST_AUTO_TEST_CASE(equal_subjects_are_base_subjects)
{
    const auto same = [](std::string_view a, std::string_view b) {
        return subject_digest(a) == subject_digest(b);
    };
    BOOST_TEST(same("Buy now", "RE: [list] buy  now"));
    BOOST_TEST(same("Caf\xc3\xa9", "=?utf-8?q?Caf=C3=A9?="));
    BOOST_TEST(!same("Buy now", "Buy later"));
    BOOST_TEST(subject_digest("") == 0U);
    BOOST_TEST(subject_digest("Re: ") == 0U);
}

BOOST_FIXTURE_TEST_CASE(no_subject_is_equal_to_none, Fixture)
{
    limits.equal_subjects = 1;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(send("Re:").empty());
}

BOOST_FIXTURE_TEST_CASE(others_are_counted_by_themselves, Fixture)
{
    limits.equal_subjects = 1;
    BOOST_TEST(send("one").empty());
    BOOST_TEST(send("two").empty());
    const auto fired = send("one");
    BOOST_REQUIRE(fired.size() == 1U);
    BOOST_TEST(fired[0].what == subject_digest("one"));
}

BOOST_FIXTURE_TEST_CASE(memory_is_bounded, Fixture)
{
    limits.equal_sizes = 1;
    for (std::uint64_t size = 0; size < kMaxEqual; ++size)
        BOOST_TEST(send("", size).empty());
    BOOST_TEST(send("", 0).size() == 1U); // the first is still known
    BOOST_TEST(send("", kMaxEqual).empty());
    BOOST_TEST(send("", 1).empty()); // one past it: counting began anew
}

BOOST_FIXTURE_TEST_CASE(some_only_notify, Fixture)
{
    limits.action = DetectAction::Lock;
    limits.notify_only = {"logins"};
    limits.logins = limits.failures = 1;
    detector.logged_in(limits, now);
    const auto logins = detector.logged_in(limits, now);
    const auto failures = detector.failed(limits, 2, now);
    BOOST_REQUIRE(logins.size() == 1U);
    BOOST_REQUIRE(failures.size() == 1U);
    BOOST_TEST((logins[0].action == DetectAction::Notify));
    BOOST_TEST((failures[0].action == DetectAction::Lock));
}

BOOST_FIXTURE_TEST_CASE(a_hold_stays, Fixture)
{
    limits.action = DetectAction::Hold;
    limits.equal_sizes = 1;
    BOOST_TEST(!detector.hold());
    send();
    send();
    BOOST_REQUIRE(detector.hold().has_value());
    BOOST_TEST((detector.hold()->detection == Detection::EqualSizes));
    now += std::chrono::hours(72);
    limits.action = DetectAction::Notify;
    send();
    BOOST_TEST(send().size() == 1U);
    BOOST_TEST(detector.hold().has_value()); // whatever the settings say by now
    BOOST_TEST(!detector.is_empty(now + std::chrono::hours(72)));
}

BOOST_FIXTURE_TEST_CASE(taken_back, Fixture)
{
    limits.equal_subjects = limits.equal_sizes = limits.recipients = 1;
    send("x");
    detector.take_back(limits, {1, 1, "x"}, now);
    BOOST_TEST(send("x").empty());
}

BOOST_FIXTURE_TEST_CASE(a_restart_forgets_nothing_that_counts, Fixture)
{
    limits.equal_subjects = limits.equal_sizes = 3;
    limits.logins = limits.recipients = limits.failures = 3;
    limits.action = DetectAction::Hold;
    for (int i = 0; i < 3; ++i)
        send("x");
    for (int i = 0; i < 4; ++i)
        detector.logged_in(limits, now);
    detector.failed(limits, 3, now);
    store::RecordWriter out;
    out.element(1, std::uint64_t{0}).element(2, std::uint64_t{7}).element(3, std::uint64_t{1});
    detector.encode(out);
    detector = Detector::decode(out.take());
    BOOST_TEST(send("x").size() == 3U);
    BOOST_TEST(detector.failed(limits, 1, now).size() == 1U);
    BOOST_TEST(detector.logged_in(limits, now).empty()); // it fired before
    BOOST_REQUIRE(detector.fired(Detection::Logins).has_value());
    BOOST_TEST(detector.fired(Detection::Logins)->count == 4U);
    BOOST_TEST(detector.fired(Detection::Logins)->limit == 3U);
    BOOST_TEST((detector.fired(Detection::Logins)->since == now));
    BOOST_TEST((detector.fired(Detection::Logins)->action == DetectAction::Hold));
}

BOOST_FIXTURE_TEST_CASE(rows_stay_small, Fixture)
{
    limits.equal_sizes = limits.equal_subjects = 1000;
    limits.recipients = 1'000'000;
    for (unsigned i = 0; i < kMaxEqual; ++i) {
        send(std::to_string(i), i);
        send(std::to_string(i), i);
        if (i % 2 == 0)
            now += std::chrono::minutes(1);
    }
    store::RecordWriter out;
    detector.encode(out);
    BOOST_TEST(out.octets() < 16'000U);
}

} // namespace
} // namespace mailctl::abuse
