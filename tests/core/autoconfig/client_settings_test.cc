// Settings for single mail programs. DOM-15
#include "core/autoconfig/client_settings.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::autoconfig;

namespace {

Offer offer(conf::Protocol protocol, std::uint16_t port, Security security)
{
    return {protocol, "mail.example.org", port, security, false, true};
}

Subject subject_with(std::vector<Offer> offers)
{
    Subject subject;
    subject.address = "ann@example.org";
    subject.domain = "example.org";
    subject.name = "Example";
    subject.offers = std::move(offers);
    return subject;
}

bool has(const Result<std::string>& text, std::string_view part)
{
    return text && text->find(part) != std::string::npos;
}

constexpr auto kImap = conf::Protocol::Imap, kPop3 = conf::Protocol::Pop3,
               kSmtp = conf::Protocol::Submission;

} // namespace

BOOST_AUTO_TEST_CASE(every_program_gets_what_it_can_use)
{
    struct Case {
        Client client;
        std::vector<Offer> offers;
        std::string_view part; ///< empty: there is nothing for it
    };
    const Offer imaps = offer(kImap, 993, Security::Tls), imap = offer(kImap, 143, Security::StartTls),
                pop3s = offer(kPop3, 995, Security::Tls), smtps = offer(kSmtp, 465, Security::Tls),
                smtp = offer(kSmtp, 587, Security::StartTls), bare = offer(kImap, 143, Security::None);
    const Case kCases[] = {
        {Client::Any, {imaps}, "To read mail (IMAP"},
        {Client::Any, {pop3s}, "To fetch mail (POP3):"},
        {Client::Any, {bare}, "encrypted (SCRAM)"},
        {Client::Any, {}, ""},
        {Client::Thunderbird, {imaps, smtps}, "Configure manually"},
        {Client::Thunderbird, {imaps}, ""},
        {Client::Outlook, {imap, smtp}, "STARTTLS"},
        {Client::Android, {pop3s, smtps}, "995"},
        {Client::Apple, {imaps, smtps}, "<string>EmailTypeIMAP</string>"},
        {Client::Apple, {imaps}, ""},
        {Client::Mutt, {imaps, smtps}, "\"imaps://ann%40example.org@mail.example.org:993/\""},
        {Client::Mutt, {pop3s, smtp}, "\"smtp://ann%40example.org@mail.example.org:587/\""},
        {Client::Mutt, {imaps, smtps}, "ssl_force_tls = yes"},
        {Client::Mutt, {bare, smtps}, "ssl_force_tls = no"},
        {Client::Mbsync, {imap}, "SSLType STARTTLS"},
        {Client::Mbsync, {imaps}, "SSLType IMAPS"},
        {Client::Mbsync, {pop3s}, ""},
        {Client::Msmtp, {smtps}, "tls_starttls off"},
        {Client::Msmtp, {smtp}, "tls_starttls on"},
        {Client::Msmtp, {imaps}, ""},
        {Client::Getmail, {pop3s}, "SimplePOP3SSLRetriever"},
        {Client::Getmail, {imap}, ""},
        {Client::Fetchmail, {imaps}, "ssl sslcertck"},
        {Client::Fetchmail, {imap}, "sslproto 'TLS1.2+'"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.part << " for " << static_cast<int>(c.client))
        {
            const auto made = client_settings(c.client, subject_with(c.offers));
            BOOST_TEST(made.has_value() == !c.part.empty());
            BOOST_TEST((c.part.empty() || has(made, c.part)));
        }
    }
}

BOOST_AUTO_TEST_CASE(names_of_programs_are_read_in_any_case)
{
    BOOST_TEST((parse_client("MbSync") == Client::Mbsync));
    BOOST_TEST((parse_client("") == Client::Any));
    BOOST_TEST(!parse_client("pine"));
    BOOST_TEST(client_names().size() == 10u);
}

BOOST_AUTO_TEST_CASE(settings_are_for_one_address)
{
    auto subject = subject_with({offer(kImap, 993, Security::Tls)});
    subject.address.clear();
    BOOST_TEST(!client_settings(Client::Any, subject));
}
