#!/usr/bin/env python3
"""dns.root_fallback: from a root of our own down, over the network, where dns.servers say nothing. On loopback.

    tests/e2e/roots.py MAILCTL [NAME...]     all tests, or those named

Each Knot DNS has one zone at an address of its own, on port 53, as servers of the world have.
Exit status 0: every test passed; 77: Knot DNS is not installed, or port 53 may not be used."""
import json, os, random, socket, sys

import world as worlds
from knot import Knot
from sink import Sink
from world import play, until

ROOT, TEST, GOOD, LAME, SINK = (f"127.0.0.{n}" for n in (51, 52, 53, 54, 55))
SILENT = "127.0.0.56"  # nobody is there
PORT = 53
SOA = "@ IN SOA ns.invalid. root.invalid. 1 3600 600 86400 5\n"


def head(origin, server):
    return f"$ORIGIN {origin}\n$TTL 60\n{SOA}@ IN NS {server}\n"


ZONES = {
    ROOT: (".", head(".", "a.root.") + f"a.root. IN A {ROOT}\ntest. IN NS ns.test.\nns.test. IN A {TEST}\n"),
    TEST: ("test.", head("test.", "ns") + f"""ns IN A {TEST}
good IN NS ns.good
ns.good IN A {GOOD}
half IN NS ns1.half
half IN NS ns2.half
half IN NS ns3.half
ns1.half IN A {LAME}
ns2.half IN A {SILENT}
ns3.half IN A {GOOD}
lame IN NS ns.lame
ns.lame IN A {LAME}
loop IN NS ns.pool
pool IN NS ns.loop
outside IN NS ns.good
"""),
    GOOD: ("good.test.", head("good.test.", "ns") + f"""ns IN A {GOOD}
@ IN MX 10 mx
mx IN A {SINK}
alias IN CNAME mx
away IN CNAME mx.lame.test.
large IN TXT {" ".join('"' + "x" * 200 + '"' for _ in range(15))}
"""),
    LAME: ("other.test.", head("other.test.", "ns")),  # asked for other zones it refuses
}


def may_listen():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((ROOT, PORT))
        except OSError:
            return False
    return True


class World(worlds.World):
    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.knots, self.sink = [], None
        try:
            self.start_peers()
        except BaseException:
            self.close()
            raise

    def start_peers(self):
        for address, (origin, zone) in ZONES.items():
            knot = Knot(address, PORT, origin, zone)
            self.knots.append(knot)
            knot.start()
        self.sink = Sink(SINK, 0)
        hints = os.path.join(self.folder, "root.hints")
        with open(hints, "w") as out:
            out.write(f". 3600000 NS a.root.\na.root. 3600000 A {ROOT}\n")
        # A port where nobody is: it is told at once.
        self.configure({"dns.zone_files": "[]", "dns.servers": f'["127.0.0.1:{random.randrange(40000, 50000)}"]',
                        "dns.timeout": "1s", "dns.attempts": "1", "dns.dnssec": '"off"', "dns.root_fallback": "true",
                        "dns.root_hints": f'"{hints}"', "outbound.port": str(self.sink.port)})

    def close(self):
        super().close()
        for peer in self.knots + ([self.sink] if self.sink else []):
            peer.close()

    def look(self, *words, status=0):
        done = self.server.run("-o", "json", "dns", "lookup", *words)
        assert done.returncode == status, done
        return json.loads(done.stdout) if done.stdout else done.stderr


# Tests ---------------------------------------------------------------------------------------------

def down_from_the_root(world):
    found = world.look("mx.good.test")
    assert (found["from"], found["records"]) == ("root", [SINK]), found
    assert world.look("mx.good.test")["from"] == "cache"
    assert world.look("alias.good.test")["canonical"] == "mx.good.test"
    assert world.look("nothing.good.test", status=1)["status"] == "no such name"
    assert world.look("good.test", "TXT", status=1)["status"] == "no such records"


def over_tcp(world):
    """3,000 octets do not fit into a datagram."""
    found = world.look("large.good.test", "TXT")
    assert found["records"][0].count("x") == 3000, found


def mail_goes_out(world):
    ident = world.send("x@good.test")
    until("it at its host", lambda: world.sink.find(ident))


def lame_delegations(world):
    """One server refuses, one is silent, the third has another zone: nobody answers, and the mail waits."""
    assert "DNS, from the root: www.half.test" in world.look("www.half.test", status=69)
    assert "REFUSED" in world.look("www.lame.test", status=69)
    assert "REFUSED" in world.look("away.good.test", status=69)
    world.send("x@lame.test")
    until("why it waits", lambda: "from the root" in json.dumps(world.rows("list", "--domain", "lame.test")))


def loops(world):
    """Two zones, each with its server in the other."""
    assert "has an address" in world.look("www.loop.test", status=69)


def off(world):
    world.setting("dns.root_fallback", "false")
    world.server.command("conf", "apply", "--yes")
    assert "DNS server 127.0.0.1" in world.look("mx.good.test", status=69)
    world.setting("dns.root_fallback", "true")
    world.server.command("conf", "apply", "--yes")


def checked_by_others(world):
    """With "ad" a server that says SERVFAIL is believed, and nothing is got round."""
    world.setting("dns.dnssec", '"ad"')
    world.setting("dns.servers", f'["{LAME}"]')
    world.server.command("conf", "apply", "--yes")
    assert "REFUSED" in world.look("mx.good.test", status=69)
    world.setting("dns.servers", f'["{SILENT}"]')
    world.server.command("conf", "apply", "--yes")
    assert world.look("mx.good.test")["from"] == "root"
    assert "DNS server" in world.look("_25._tcp.mx.good.test", "TLSA", status=69)
    world.setting("dns.dnssec", '"off"')
    world.setting("dns.servers", f'["{LAME}"]')
    world.server.command("conf", "apply", "--yes")
    assert world.look("mx.good.test")["from"] == "root"


TESTS = [down_from_the_root, over_tcp, mail_goes_out, lame_delegations, loops, off, checked_by_others]


def main():
    if Knot.missing:
        print(Knot.missing)
        sys.exit(77)
    if not may_listen():
        print(f"port {PORT} of {ROOT} cannot be used")
        sys.exit(77)
    sys.exit(play(World(os.path.abspath(sys.argv[1])), TESTS, sys.argv[2:]))


main()
