#!/usr/bin/env python3
"""DANE by signatures that we check ourselves, against zones that Knot DNS signs. RFC 4035, RFC 7672. On loopback.

    tests/e2e/dnssec.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed; 77: Knot DNS is not installed."""
import json, os, random, sys

import world as worlds
from signed_zones import SignedZone, SignedZones
from sink import Sink
from world import fingerprint, play, until

DNS = "127.0.0.40"
ADDRESSES = {"good": "127.0.0.41", "wrong": "127.0.0.42", "plain": "127.0.0.43"}

# Domain -> sink its MX leads to, and what becomes of its zone.
DOMAINS = {
    "good": ("good", {}),                                       # TLSA fits
    "hashed": ("good", {"policy": "nsec3"}),
    "wild": ("good", {}),                                       # TLSA from a wildcard
    "wrong": ("wrong", {}),                                     # TLSA of another key
    "clear": ("plain", {}),                                     # TLSA, and no STARTTLS there
    "without": ("wrong", {}),                                   # no TLSA, and that is proven
    "without3": ("wrong", {"policy": "nsec3"}),
    "unsigned": ("wrong", {"signed": False}),                   # TLSA that nobody vouches for
    "island": ("wrong", {"vouched": False}),                    # signed, and nobody says so
    "foreign": ("good", {"foreign": True}),                     # signed with a key that the DS does not name
    "stripped": ("good", {"stripped": True}),                   # a man in the middle took the signatures
}
NO_TLSA = ("without", "without3")


class World(worlds.World):
    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.sinks, self.dns = {}, None
        try:
            self.start_peers()
        except BaseException:
            self.close()
            raise

    def start_peers(self):
        names = [f"mx.{name}.test" for name in DOMAINS]
        contexts = {"good": self.tls("mx-good", names), "wrong": self.tls("mx-wrong", names), "plain": None}
        port = 0
        for name, address in ADDRESSES.items():
            self.sinks[name] = Sink(address, port, tls=contexts[name])
            port = self.sinks[name].port
        pin = fingerprint(os.path.join(self.folder, "mx-good.pem"))
        zones = {".": SignedZone(), "test.": SignedZone(policy="opt-out")}
        for name, (sink, more) in DOMAINS.items():
            host = "*._tcp.mx" if name == "wild" else f"_{port}._tcp.mx"
            tlsa = "" if name in NO_TLSA else f"{host} IN TLSA 3 1 1 {pin}\n"
            zones[f"{name}.test."] = SignedZone(f"@ IN MX 10 mx\nmx IN A {ADDRESSES[sink]}\n{tlsa}", **more)
        dns_port = random.randrange(10000, 31000)
        self.dns = SignedZones(DNS, dns_port, zones)
        self.dns.start()
        self.configure({"outbound.port": str(port), "dns.zone_files": "[]", "dns.servers": f'["{DNS}:{dns_port}"]',
                        "dns.timeout": "2s", "dns.dnssec": '"validate"', "dns.trust_anchor": f'"{self.dns.anchor}"',
                        "dns.max_negative_ttl": "1s"})

    def close(self):
        super().close()
        for sink in self.sinks.values():
            sink.close()
        if self.dns:
            self.dns.close()

    def arrives(self, name, by):
        ident = self.send(f"x@{name}.test")
        sink = self.sinks[DOMAINS[name][0]]
        got = until(f"{name} at its host", lambda: sink.find(ident))
        assert got[0]["tls"], f"{name}: in the clear"
        told = until("its history", lambda: self.history(f"{name}.test"))
        assert (" dane" in told) == by, told

    def waits(self, name, why):
        ident = self.send(f"x@{name}.test")
        until(f"{name}: {why}", lambda: why in json.dumps(self.rows("list", "--domain", f"{name}.test")))
        before = self.rows("list", "--domain", f"{name}.test")[0]["attempts"]
        until("another try", lambda: self.rows("list", "--domain", f"{name}.test")[0]["attempts"] > before)
        for sink in self.sinks.values():
            assert not sink.find(ident), f"{name}: sent all the same"
        self.server.command("queue", "drop", "--domain", f"{name}.test", "--yes")


# Tests ---------------------------------------------------------------------------------------------

def fitting_records(world):
    for name in ("good", "hashed", "wild"):
        world.arrives(name, True)


def other_records(world):
    """A host with another key, or without TLS: the mail waits. RFC 7672 §2.2"""
    world.waits("wrong", "4.7.5")
    world.waits("clear", "STARTTLS")


def no_records(world):
    """Nothing is demanded where it is proven that nothing is published, or that nothing is signed."""
    for name in ("without", "without3", "unsigned", "island"):
        world.arrives(name, False)


def forged_zones(world):
    """What does not check out counts as no answer: the mail waits, and never goes in the clear."""
    for name in ("foreign", "stripped"):
        world.waits(name, "DNSSEC")


def another_anchor(world):
    """With a key that is not the root's nothing is believed, and no mail leaves."""
    wrong = os.path.join(world.folder, "wrong.key")
    with open(wrong, "w") as out:
        out.write(". IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d\n")
    world.setting("dns.trust_anchor", f'"{wrong}"')
    world.server.command("conf", "apply", "--yes")
    world.waits("good", "DNSSEC")
    world.setting("dns.trust_anchor", f'"{world.dns.anchor}"')
    world.server.command("conf", "apply", "--yes")
    world.arrives("good", True)


def counted(world):
    """What came of TLS above, as the domains' owners could be told. RFC 8460"""
    if world.is_another_day():
        print("passed over: midnight went by")
        return

    def report(name):
        return json.loads(world.server.command("tlsrpt", "show", f"{name}.test"))["policies"]

    def failures(policy):
        return {one["result-type"] for one in policy.get("failure-details", [])}

    good = report("good")[0]
    assert good["policy"]["policy-type"] == "tlsa" and good["policy"]["policy-domain"] == "mx.good.test", good
    assert good["policy"]["policy-string"][0].startswith("3 1 1 "), good
    assert good["summary"]["total-successful-session-count"] >= 1, good
    assert good["summary"]["total-failure-session-count"] == 0, good
    wrong = report("wrong")[0]
    assert wrong["summary"]["total-successful-session-count"] == 0, wrong
    assert wrong["summary"]["total-failure-session-count"] >= 2, wrong
    assert wrong["failure-details"][0]["receiving-mx-hostname"] == "mx.wrong.test", wrong
    assert wrong["failure-details"][0]["receiving-ip"] == ADDRESSES["wrong"], wrong
    assert failures(report("clear")[0]) == {"starttls-not-supported"}, report("clear")
    without = report("without")[0]
    assert without["policy"] == {"policy-type": "no-policy-found", "policy-domain": "without.test"}, without
    assert without["summary"] == {"total-successful-session-count": 1, "total-failure-session-count": 0}, without
    rows = json.loads(world.server.command("-o", "json", "tlsrpt", "list", "--domain", "clear.test"))["rows"]
    assert rows[0]["failed"] >= 2 and rows[0]["good"] == 0, rows
    assert not json.loads(world.server.command("-o", "json", "tlsrpt", "list", "--day", "2020-01-01"))["rows"]
    before = world.server.command("-o", "json", "tlsrpt", "list")
    assert world.server.stop() == 0
    world.server.start()
    assert world.server.command("-o", "json", "tlsrpt", "list") == before, "lost at the stop"


def looked_up(world):
    """mailctl dns lookup, by the same eyes."""
    def look(*words, status=0):
        done = world.server.run("-o", "json", "dns", "lookup", *words)
        assert done.returncode == status, done
        return json.loads(done.stdout)

    world.server.command("dns", "flush")
    first = look("mx.good.test")
    assert (first["security"], first["from"], first["records"]) == ("secure", "server", [ADDRESSES["good"]]), first
    assert look("mx.good.test")["from"] == "cache"
    world.server.command("dns", "flush", "other.test")
    assert look("mx.good.test")["from"] == "cache"
    world.server.command("dns", "flush", "good.test")
    assert look("mx.good.test")["from"] == "server"
    assert look("mx.unsigned.test")["security"] == "insecure"
    bogus = look("mx.stripped.test", status=75)
    assert bogus["security"] == "bogus" and "DNSKEY" in bogus["reason"] or "signed" in bogus["reason"], bogus
    assert look("nothing.without3.test", "MX", status=1)["security"] == "secure"


TESTS = [fitting_records, other_records, no_records, forged_zones, another_anchor, counted, looked_up]


def main():
    if SignedZones.missing:
        print(SignedZones.missing)
        sys.exit(77)
    sys.exit(play(World(os.path.abspath(sys.argv[1])), TESTS, sys.argv[2:]))


main()
