#!/usr/bin/env python3
"""MTA-STS from the record to the refusal: policies over HTTPS, and men in the middle. RFC 8461. On loopback.

    tests/e2e/sts.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed; 77: port 443 of a loopback address may not be used here."""
import json, os, sys

import world as worlds
from policy_host import PolicyHost
from sink import Sink
from world import certificate, message, play, server_tls, until

# Domain -> mode, hosts of its policy, sink its MX leads to.
DOMAINS = {
    "enforce": ("enforce", "mx.enforce.test", "good"),
    "wild": ("enforce", "*.wild.test", "good"),
    "middle": ("enforce", "mx.middle.test", "wrong"),
    "stranger": ("enforce", "mx.stranger.test", "untrusted"),
    "stripped": ("enforce", "mx.stripped.test", "plain"),
    "led-away": ("enforce", "mail.led-away.test", "good"),
    "testing": ("testing", "mx.testing.test", "wrong"),
    "without": ("none", "", "plain"),
    "kept": ("enforce", "mx.kept.test", "good"),
    "forged": ("enforce", "mx.forged.test", "plain"),
    "redirected": ("enforce", "mx.redirected.test", "plain"),
    "endless": ("enforce", "mx.endless.test", "plain"),
}
ADDRESSES = {"good": "127.0.0.31", "wrong": "127.0.0.32", "plain": "127.0.0.33", "untrusted": "127.0.0.34"}


def page(domain):
    return f"mta-sts.{domain}.test/.well-known/mta-sts.txt"


class World(worlds.World):
    def __init__(self, mailctl, host):
        super().__init__(mailctl)
        self.host, self.sinks, self.ids = host, {}, {name: "1" for name in DOMAINS}
        self.leads = {name: sink for name, (_, _, sink) in DOMAINS.items()}
        good = self.tls("mx-good", [f"mx.{name}.test" for name in DOMAINS])
        stranger = certificate(self.folder, "stranger", [])
        untrusted = server_tls(certificate(self.folder, "mx-untrusted", ["mx.stranger.test"], stranger))
        contexts = {"good": good, "wrong": self.tls("mx-wrong", ["mx.elsewhere.test"]), "plain": None,
                    "untrusted": untrusted}
        self.port = 0
        for name, address in ADDRESSES.items():
            self.sinks[name] = Sink(address, self.port, tls=contexts[name])
            self.port = self.sinks[name].port
        for name in DOMAINS:
            self.serve_policy(name)
        web = self.tls("web", [f"mta-sts.{name}.test" for name in DOMAINS if name != "forged"])
        host.contexts = {f"mta-sts.{name}.test": web for name in DOMAINS}
        there = "mta-sts.redirected.test/elsewhere"
        host.pages[there] = host.pages[page("redirected")]
        host.pages[page("redirected")] = (302, {"Location": f"https://{there}"}, "")
        status, headers, text = host.pages[page("endless")]
        host.pages[page("endless")] = (status, headers, text + "x: " + "y" * 80_000 + "\r\n")
        self.write_records()
        self.configure({"outbound.port": str(self.port)})

    def serve_policy(self, name):
        mode, hosts, _ = DOMAINS[name]
        text = f"version: STSv1\r\nmode: {mode}\r\n" + (f"mx: {hosts}\r\n" if hosts else "") + "max_age: 86400\r\n"
        self.host.pages[page(name)] = (200, {"Content-Type": "text/plain"}, text)

    def write_records(self):
        self.write_zone("".join(f"""{name} IN MX 10 mx.{name}
mx.{name} IN A {ADDRESSES[self.leads[name]]}
_mta-sts.{name} IN TXT "v=STSv1; id={self.ids[name]};"
mta-sts.{name} IN A {self.host.address}
""" for name in DOMAINS))

    def close(self):
        super().close()
        for sink in self.sinks.values():
            sink.close()

    def arrives(self, domain, tls):
        ident = self.send(f"x@{domain}.test")
        got = until(f"mail for {domain}", lambda: self.sinks[self.leads[domain]].find(ident))
        assert bool(got[0]["tls"]) == tls, got[0]["tls"]

    def is_deferred(self, domain, why):
        """Two tries, and the peer was told nothing of the message; then the message is taken out."""
        sink = self.sinks[self.leads[domain]]
        before = len(sink.transcripts)
        ident = self.send(f"x@{domain}.test")

        def tried():
            rows = self.rows("list", "--domain", f"{domain}.test")
            return rows if rows and int(rows[0]["attempts"]) >= 2 else None
        row = until(f"two tries for {domain}", tried)[0]
        assert why in json.dumps(row), row
        talks = sink.transcripts[before:]
        assert not any(line.startswith(("C: MAIL", "C: RCPT", "C: DATA")) for talk in talks for line in talk), talks
        assert not sink.find(ident)
        self.server.command("queue", "drop", "--domain", f"{domain}.test", "--yes")
        return talks


def enforced(world):
    """The right certificate: mail goes under TLS, and the policy was asked for once."""
    world.arrives("enforce", tls=True)
    world.arrives("enforce", tls=True)
    assert world.host.asked.count(page("enforce")) == 1, world.host.asked
    world.arrives("wild", tls=True)
    assert " sts" in until("its history", lambda: world.history("enforce.test"))


def man_in_the_middle(world):
    """A certificate of another name, or of an authority nobody knows: nothing is said after STARTTLS."""
    for domain in ("middle", "stranger"):
        talks = world.is_deferred(domain, "certificate")
        for talk in talks:
            assert talk[-2:] == ["C: STARTTLS", "S: 220 Go"], talk


def sender_asks_for_less(world):
    """"TLS-Required: No": what the domain publishes does not count. RFC 8689 §5"""
    for value, counts in (("no", False), ("maybe", True)):
        ident = f"less-{value}"
        world.submit(["x@middle.test"], f"TLS-Required: {value}\r\n".encode() + message("ann", ["x@middle.test"], ident))
        if not counts:
            until("it arrives", lambda: world.sinks["wrong"].find(ident))
            continue
        until("it waits", lambda: "certificate" in json.dumps(world.rows("list", "--domain", "middle.test")))
        assert not world.sinks["wrong"].find(ident)
        world.server.command("queue", "drop", "--domain", "middle.test", "--yes")


def stripped_starttls(world):
    """STARTTLS is not offered any more: not a word in the clear."""
    for talk in world.is_deferred("stripped", "STARTTLS"):
        assert talk[1].startswith("C: EHLO") and talk[3:] in ([], ["C: QUIT", "S: 221 Bye"]), talk


def led_to_another_host(world):
    """An MX record that the policy does not name is not gone to, whatever its certificate."""
    assert world.is_deferred("led-away", "policy") == []


def only_tested(world):
    world.arrives("testing", tls=True)
    world.arrives("without", tls=False)


def no_valid_policy(world):
    """Another's certificate, a redirection, a policy without end: as if there were none. RFC 8461 §3.3"""
    for domain in ("forged", "redirected", "endless"):
        world.arrives(domain, tls=False)
    asked = world.host.asked
    assert page("forged") not in asked and page("redirected") in asked and page("endless") in asked, asked


def counted(world):
    """What came of all that, as the domains' owners could be told. RFC 8460 §4.3"""
    if world.is_another_day():
        print("passed over: midnight went by")
        return

    def report(name):
        return json.loads(world.server.command("tlsrpt", "show", f"{name}.test"))["policies"]

    good = report("enforce")[0]
    assert good["policy"] == {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.enforce.test",
                              "max_age: 86400"], "policy-domain": "enforce.test", "mx-host": ["mx.enforce.test"]}, good
    assert good["summary"]["total-successful-session-count"] >= 1 and "failure-details" not in good, good
    for name, kind, result in (("middle", "sts", "certificate-host-mismatch"), ("stranger", "sts", "certificate-not-trusted"),
                               ("stripped", "sts", "starttls-not-supported"), ("led-away", "sts", "validation-failure"),
                               ("testing", "sts", "certificate-host-mismatch"), ("forged", "sts", "sts-webpki-invalid"),
                               ("redirected", "sts", "sts-policy-fetch-error"),
                               ("without", "no-policy-found", "starttls-not-supported")):
        policy = report(name)[0]
        assert policy["policy"]["policy-type"] == kind, policy
        assert {one["result-type"] for one in policy["failure-details"]} == {result}, policy
        assert policy["summary"]["total-successful-session-count"] == 0, policy


def kept_policy(world):
    """Once fetched it holds: also where its host is gone, the record says another, and the server starts anew."""
    world.arrives("kept", tls=True)
    assert world.server.stop() == 0
    world.host.close()  # for good: this is the last test
    world.ids["kept"], world.leads["kept"] = "2", "wrong"
    world.write_records()
    world.server.start()
    world.is_deferred("kept", "certificate")
    assert world.server.stop() == 0
    world.leads["kept"] = "plain"
    world.write_records()
    world.server.start()
    ident = world.send("x@kept.test")
    until("it waits", lambda: "STARTTLS" in json.dumps(world.rows("list", "--domain", "kept.test")))
    assert not world.sinks["plain"].find(ident)
    # The man in the middle is gone: what waited arrives.
    assert world.server.stop() == 0
    world.leads["kept"] = "good"
    world.write_records()
    world.server.start()
    got = until("what waited", lambda: world.sinks["good"].find(ident))
    assert len(got) == 1 and got[0]["tls"]


TESTS = [enforced, man_in_the_middle, sender_asks_for_less, stripped_starttls, led_to_another_host, only_tested, no_valid_policy, counted, kept_policy]


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    try:
        host = PolicyHost()
    except PermissionError:
        print("port 443 of a loopback address may not be used here: not root")
        sys.exit(77)
    status = play(World(mailctl, host), TESTS, names)
    host.close()
    sys.exit(status)


main()
