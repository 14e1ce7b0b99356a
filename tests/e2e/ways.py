#!/usr/bin/env python3
"""The ways out: backup MX, ETRN, fallbacks, several hosts, addresses of one's own, REQUIRETLS, lifetimes. On loopback.

    tests/e2e/ways.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed."""
import json, os, smtplib, sys, time

import world as worlds
from sink import Sink
from world import DOMAIN, message, play, until

OWN = "127.0.2.99"  # an address to send from


class World(worlds.World):
    """NAME.test leads to the sink NAME."""

    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.sinks, self.port = {}, 0
        tls = self.tls("mx", ["mx.discreet.test", "mx.indiscreet.test"])
        for number, name in enumerate(("branch", "relay", "one", "two", "own", "discreet", "indiscreet", "busy", "tries"), 1):
            more = {"tls": tls} if "discreet" in name else {}
            if name == "discreet":
                more["extensions"] = ("REQUIRETLS",)
            self.sinks[name] = Sink(f"127.0.2.{number}", self.port, **more)
            self.port = self.sinks[name].port
        self.write_zone("".join(f"{name} IN MX 10 mx.{name}\nmx.{name} IN A {sink.address}\n"
                                for name, sink in self.sinks.items()) +
                        "down IN MX 10 dead\nlate IN MX 10 dead\ndead IN A 127.0.2.88\n")
        host = lambda name: f"{self.sinks[name].address}:{self.port}"
        self.configure({"outbound.port": str(self.port), "queue.delay_notice": "1s"}, f"""
[[smart_host]]
name = "relay"
hosts = ["{host('relay')}"]
tls = "none"

[[route]]
name = "branch"
recipients = ["branch.test"]
via = "backup"
port = {self.port}
accept = true
verify = "callout"
retry = ["1h"]
messages_per_connection = 1

[[route]]
name = "falls-back"
recipients = ["down.test"]
via = "mx"
port = {self.port}
fallback = ["relay"]

[[route]]
name = "shared"
recipients = ["shared.test"]
hosts = ["{host('one')}", "{host('two')}"]
order = "round-robin"
messages_per_connection = 1
tls = "none"

[[route]]
name = "own"
recipients = ["own.test"]
via = "mx"
port = {self.port}
sources = ["{OWN}"]
hello = "out.example.org"

[[route]]
name = "late"
recipients = ["late.test"]
via = "mx"
port = {self.port}
lifetime = "5s"  # so much that there is an attempt after the first notice is due, and before it ends

[[route]]
name = "busy"
recipients = ["busy.test"]
via = "mx"
port = {self.port}
retry = ["1s"]
delay_notices = "each"

[[route]]
name = "tries"
recipients = ["tries.test"]
via = "mx"
port = {self.port}
retry = ["1s"]
attempts = 2
fallback = ["relay"]
sender_side = "local"
""")

    def close(self):
        super().close()
        for sink in self.sinks.values():
            sink.close()

    def arrives(self, name, ident):
        got = until(f"{ident} at {name}", lambda: self.sinks[name].find(ident))
        assert len(got) == 1, got
        return got[0]

    def from_outside(self):
        client = smtplib.SMTP("127.0.0.1", self.server.port("smtp"))
        client.ehlo("client.else.test")
        return client


def backup_mx(world):
    """Recipients that the primary server refuses are refused here; while it is away its mail is kept."""
    sink = world.sinks["branch"]
    with world.from_outside() as client:
        sink.script = {"rcpt": ["550 5.1.1 No such user"]}
        client.mail("carol@else.test")
        code, text = client.rcpt("nobody@branch.test")
        assert code == 550 and text.startswith(b"5.1.1"), (code, text)
        assert client.rcpt("x@elsewhere.test")[0] == 550, "an open relay"
        client.rset()
        client.sendmail("carol@else.test", ["bob@branch.test"], message("carol", ["bob@branch.test"], "first-for-branch"))
        world.arrives("branch", "first-for-branch")
        address, port = sink.address, sink.port
        sink.close()
        client.sendmail("carol@else.test", ["eve@branch.test"], message("carol", ["eve@branch.test"], "kept-for-branch"))
        until("it waits", lambda: [row for row in world.rows("list", "--domain", "branch.test") if int(row["attempts"])])
        again = world.sinks["branch"] = Sink(address, port)
        code, text = client.docmd("ETRN", "branch.test")
        assert code in (250, 252, 253), (code, text)
        assert world.arrives("branch", "kept-for-branch")["recipients"] == ["eve@branch.test"]
        assert len(again.messages) == 1


def fallback(world):
    """MX first, then the relay."""
    ident = world.send("x@down.test")
    assert world.arrives("relay", ident)["recipients"] == ["x@down.test"]


def round_robin(world):
    sent = [world.send("x@shared.test") for _ in range(6)]
    until("all", lambda: sum(len(world.sinks[name].messages) for name in ("one", "two")) == len(sent))
    assert [len(world.sinks[name].messages) for name in ("one", "two")] == [3, 3]
    # The one that is away is passed over.
    world.sinks["one"].close()
    sent += [world.send("x@shared.test") for _ in range(2)]
    until("all", lambda: len(world.sinks["two"].messages) == 5)


def address_and_name(world):
    got = world.arrives("own", world.send("x@own.test"))
    assert (got["from"], got["hello"]) == (OWN, "out.example.org"), got


def require_tls(world):
    """REQUIRETLS goes on to a peer that has it, and comes back from one that has not. RFC 8689"""
    ident = world.send("x@discreet.test", mail_options=["REQUIRETLS"])
    got = world.arrives("discreet", ident)
    assert got["tls"] and "REQUIRETLS" in got["sender"].split(), got["sender"]
    ident = world.send("x@indiscreet.test", mail_options=["REQUIRETLS"])
    _, status = world.bounce("ann", ident)
    assert status[1]["Status"] == "5.7.30", status[1]
    assert not world.sinks["indiscreet"].find(ident)


def given_up(world):
    """The sender is told that it takes long, then that it is over."""
    ident = world.send("x@late.test")
    reports = {}

    def both():
        for raw in world.inbox("ann", ident):
            for action in ("delayed", "failed"):
                if f"\r\nAction: {action}\r\n".encode() in raw:
                    reports[action] = raw
        return len(reports) == 2
    until("both notices", both)
    assert b"Status: 4." in reports["delayed"] and b"Will-Retry-Until: " in reports["delayed"]
    assert b"Status: 4.4.7" in reports["failed"] or b"Status: 5.4.7" in reports["failed"], reports["failed"]
    until("an empty queue", lambda: not world.rows("list", "--domain", "late.test"))


def each_delay(world):
    """The sender is told of each attempt that fails, once the message is late."""
    world.sinks["busy"].script = {"rcpt": ["451 4.2.0 Busy"] * 5}
    ident = world.send("x@busy.test")
    assert world.arrives("busy", ident)["recipients"] == ["x@busy.test"]
    reports = lambda: [raw for raw in world.inbox("ann", ident) if b"\r\nAction: delayed\r\n" in raw]
    # The first attempt comes too early, and the second perhaps; on a slow machine neither.
    until("the notices", lambda: len(reports()) >= 3)
    assert len(reports()) <= 5, len(reports())


def attempts(world):
    """After two attempts by MX it goes through the relay."""
    world.sinks["tries"].script = {"rcpt": ["451 4.2.0 Busy"] * 9}
    ident = world.send("x@tries.test")
    assert world.arrives("relay", ident)["recipients"] == ["x@tries.test"]
    assert len(world.sinks["tries"].script["rcpt"]) == 7


def sender_side(world):
    """Strangers may not send from a route's domain that counts as our own."""
    with world.from_outside() as client:
        code, text = client.mail("x@tries.test")
        assert code == 550 and text.startswith(b"5.7.1"), (code, text)
        assert client.mail("x@busy.test")[0] == 250


def cut(world):
    """What is being sent is listed as such, and ends when deliveries are stopped at once."""
    world.sinks["own"].script = {"data": ["HANG"]}
    ident = world.send("x@own.test")
    until("it is being sent", lambda: [row["state"] for row in world.rows("list", "--state", "delivering")] == ["delivering"])
    world.server.command("queue", "pause", "--now")
    until("it is cut", lambda: [row["state"] for row in world.rows("list", "--domain", "own.test")] == ["retry"])
    assert not world.rows("list", "--state", "delivering")
    world.server.command("queue", "resume")
    world.retry("own.test")
    world.arrives("own", ident)


TESTS = [backup_mx, fallback, round_robin, address_and_name, require_tls, given_up, each_delay, attempts, sender_side, cut]


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    sys.exit(play(World(mailctl), TESTS, names))


main()
