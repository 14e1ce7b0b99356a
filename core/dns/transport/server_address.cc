// Addresses as settings and resolv.conf(5) have them.
#include "core/dns/transport/server_address.h"

#include <fstream>

#include <boost/asio/ip/address.hpp>

#include "core/base/ascii.h"

namespace mailctl::dns {

namespace asio = boost::asio;

Result<ServerAddress> parse_server(std::string_view text)
{
    ServerAddress out;
    std::string_view address = text;
    std::string_view port;
    if (address.starts_with("[")) {
        const auto close = address.find(']');
        if (close == std::string_view::npos)
            return Error(Errc::Invalid, "\"]\" is missing");
        port = address.substr(close + 1);
        address = address.substr(1, close - 1);
    } else if (const auto colon = address.find(':');
               colon != std::string_view::npos && colon == address.rfind(':')) {
        port = address.substr(colon);
        address = address.substr(0, colon);
    }
    if (!port.empty()) {
        const auto number = ascii::parse_number<std::uint16_t>(port.substr(1));
        if (port.front() != ':' || !number || *number == 0)
            return Error(Errc::Invalid, "\"" + ascii::printable(text) + "\" has no good port");
        out.port = *number;
    }
    boost::system::error_code bad;
    out.address = address;
    (void)asio::ip::make_address(out.address, bad);
    if (bad)
        return Error(Errc::Invalid, "\"" + ascii::printable(text) +
                                        "\" is no address such as 192.0.2.53 or [2001:db8::53]:53");
    return out;
}

std::vector<ServerAddress> system_servers(const std::string& file)
{
    std::vector<ServerAddress> servers;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto text = ascii::trim(line);
        if (!text.starts_with("nameserver") || text.size() < 12)
            continue;
        ServerAddress server;
        server.address = ascii::trim(text.substr(10));
        boost::system::error_code bad;
        (void)asio::ip::make_address(server.address, bad);
        if (!bad)
            servers.push_back(std::move(server));
    }
    if (servers.empty())
        servers.push_back({"127.0.0.1", 53}); // resolv.conf(5)
    return servers;
}

} // namespace mailctl::dns
