// The record codec: what is written is read back, and damage is told.
#include "store/record.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace mailctl;
using namespace mailctl::store;

BOOST_AUTO_TEST_SUITE(record)

BOOST_AUTO_TEST_CASE(fields_come_back_in_order)
{
    RecordWriter writer(3);
    writer.number(1, 0).number(2, 127).number(3, 0xFFFFFFFFFFFFFFFF).text(4, "").text(5, "abc");
    writer.time(6, Time(milliseconds(-86'400'000))).flag(7, true).element(8, "").element(8, "x");
    writer.id(200, Uid{9}).signed_number(9, 5);
    const auto stored = writer.take();

    RecordReader reader(stored);
    BOOST_TEST(reader.version() == 3);
    std::vector<unsigned> tags;
    std::vector<std::string> list;
    while (reader.next()) {
        tags.push_back(reader.tag());
        switch (reader.tag()) {
            case 2:
                BOOST_TEST(reader.number() == 127u);
                break;
            case 3:
                BOOST_TEST(reader.number() == 0xFFFFFFFFFFFFFFFF);
                break;
            case 5:
                BOOST_TEST(reader.text() == "abc");
                break;
            case 6:
                BOOST_TEST(reader.time().time_since_epoch().count() == -86'400'000);
                break;
            case 7:
                BOOST_TEST(reader.flag());
                break;
            case 8:
                list.emplace_back(reader.text());
                break;
            case 9:
                BOOST_TEST(reader.signed_number() == 5);
                break;
            case 200:
                BOOST_TEST((reader.id<Uid>() == Uid{9}));
                break;
            default:
                BOOST_ERROR("unexpected tag");
                break;
        }
    }
    BOOST_TEST(!reader.is_corrupt());
    BOOST_TEST((tags == std::vector<unsigned>{2, 3, 5, 6, 7, 8, 8, 200, 9}));
    BOOST_TEST((list == std::vector<std::string>{"", "x"}));
}

BOOST_AUTO_TEST_CASE(every_cut_inside_a_field_is_corrupt)
{
    RecordWriter writer;
    writer.number(1, 300).text(2, "hello");
    const auto stored = writer.take();
    const std::size_t first_field_ends = 1 + 1 + 2;
    for (std::size_t octets = 0; octets < stored.size(); ++octets) {
        RecordReader reader(std::string_view(stored).substr(0, octets));
        while (reader.next()) {
        }
        const bool between_fields = octets == 1 || octets == first_field_ends;
        BOOST_TEST(reader.is_corrupt() == !between_fields, "cut at " << octets);
    }
    BOOST_TEST((RecordReader::error("cell").code() == Errc::Corrupt));
}

BOOST_AUTO_TEST_CASE(an_endless_varint_is_corrupt)
{
    RecordReader reader("\x01\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    BOOST_TEST(!reader.next());
    BOOST_TEST(reader.is_corrupt());
}

BOOST_AUTO_TEST_SUITE_END()
