// A resolver whose answers a test writes down: "MX", "A" and "AAAA" of names.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/dns/resolver.h"

namespace mailctl::route {

/// A name that has anything exists; others do not.
class FakeResolver : public dns::Resolver {
public:
    std::map<std::string, std::vector<dns::Mx>> mx_records;
    std::map<std::string, std::vector<std::string>> a_records, aaaa_records;
    std::set<std::string> broken;   ///< "A mx.example.net": SERVFAIL
    std::set<std::string> insecure; ///< names whose answers are not authentic

    Awaitable<Result<dns::Answer<dns::Mx>>> mx(std::string name) override
    {
        co_return answer("MX", name, mx_records);
    }
    Awaitable<Result<dns::Answer<std::string>>> a(std::string name) override
    {
        co_return answer("A", name, a_records);
    }
    Awaitable<Result<dns::Answer<std::string>>> aaaa(std::string name) override
    {
        co_return answer("AAAA", name, aaaa_records);
    }
    Awaitable<Result<dns::Answer<std::string>>> txt(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<dns::Tlsa>>> tlsa(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<dns::Srv>>> srv(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<std::string>>> cname(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<std::string>>> ptr(std::string) override { co_return none(); }
    Awaitable<Result<dns::Lookup>> look_up(std::string, std::string) override { co_return none(); }
    std::size_t flush(const std::string&) override { return 0; }

private:
    static Error none() { return Error(Errc::Unavailable, "not asked for in these tests"); }

    template <class Record>
    Result<dns::Answer<Record>> answer(const std::string& type, const std::string& name,
                                       const std::map<std::string, std::vector<Record>>& records)
    {
        if (broken.contains(type + " " + name))
            return Error(Errc::Unavailable, name + ": SERVFAIL");
        dns::Answer<Record> out;
        out.name = name;
        out.secure = !insecure.contains(name);
        const auto found = records.find(name);
        const bool exists = mx_records.contains(name) || a_records.contains(name) ||
                            aaaa_records.contains(name);
        if (found != records.end()) {
            out.status = dns::Answer<Record>::Status::Found;
            out.records = found->second;
        } else if (!exists) {
            out.status = dns::Answer<Record>::Status::NoDomain;
        }
        return out;
    }
};

} // namespace mailctl::route
