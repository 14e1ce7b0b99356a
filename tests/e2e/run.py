#!/usr/bin/env python3
"""Mail that goes out, against receiving servers with faults of every kind, on loopback.

    tests/e2e/run.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed."""
import json, os, random, socket, subprocess, sys, threading, time

import world as worlds
from world import DOMAIN, certificate, fingerprint, message, play, server_tls, until
from sink import Sink


class World(worlds.World):
    """With sinks at addresses of their own and one port."""

    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.sinks = {}
        first = Sink("127.0.0.11")
        self.port = first.port
        self.sinks["a"] = first
        for name, number in (("b", 12), ("c", 13), ("d", 14)):
            self.sinks[name] = Sink(f"127.0.0.{number}", self.port)
        tls, wrong = self.tls("mx-tls", ["mx.tls.test"]), self.tls("mx-wrong", ["other.test"])
        self.sinks["tls"] = Sink("127.0.0.15", self.port, tls=tls)
        self.sinks["wrong"] = Sink("127.0.0.16", self.port, tls=wrong)
        pin = fingerprint(f"{self.folder}/mx-tls.pem")
        self.write_zone(f"""mx.a IN A 127.0.0.11
mx.b IN A 127.0.0.12
mx.c IN A 127.0.0.13
mx.d IN A 127.0.0.14
mx.tls IN A 127.0.0.15
mx.wrong IN A 127.0.0.16
a IN MX 10 mx.a
b IN MX 10 mx.b
c IN MX 10 mx.c
d IN MX 10 mx.d
two IN MX 10 dead
two IN MX 20 mx.b
dead IN A 127.0.0.99
down IN MX 10 dead
null IN MX 0 .
tls IN MX 10 mx.tls
wrong IN MX 10 mx.wrong
*.many IN MX 10 mx.a
dane-good IN MX 10 mx.dane-good
mx.dane-good IN A 127.0.0.15
_{self.port}._tcp.mx.dane-good IN TLSA 3 1 1 {pin}
dane-bad IN MX 10 mx.dane-bad
mx.dane-bad IN A 127.0.0.16
_{self.port}._tcp.mx.dane-bad IN TLSA 3 1 1 {pin}
dane-plain IN MX 10 mx.dane-plain
mx.dane-plain IN A 127.0.0.12
_{self.port}._tcp.mx.dane-plain IN TLSA 3 1 1 {pin}
""")
        self.smart = Sink("127.0.0.17", tls=server_tls(certificate(self.folder, "smart", ["127.0.0.17"], self.authority)),
                          auth=("relay-user", "relay-secret"))
        self.lmtp = Sink("127.0.0.18", lmtp=True)
        self.printed = os.path.join(self.folder, "server", "data", "printed")
        with open(os.path.join(self.folder, "relay.secret"), "w") as out:
            out.write("relay-secret\n")
        script = os.path.join(self.folder, "take")
        with open(script, "w") as out:
            out.write(f"#!/bin/sh\ncat >> {self.printed}\necho taken for \"$@\" >> {self.printed}\n")
        os.chmod(script, 0o755)
        routes = f"""
[[smart_host]]
name = "out"
hosts = ["127.0.0.17:{self.smart.port}"]
tls = "verify"
user = "relay-user"
secret = "file:{self.folder}/relay.secret"

[[route]]
name = "smart"
recipients = ["smart.test"]
via = "smart-host"
smart_hosts = ["out"]

[[route]]
name = "lmtp"
recipients = ["lmtp.test"]
hosts = ["127.0.0.18:{self.lmtp.port}"]
protocol = "lmtp"
tls = "none"

[[route]]
name = "exec"
recipients = ["exec.test"]
via = "exec"
exec = ["{script}", "{{sender}}", "{{recipients}}"]

[[route]]
name = "verified"
recipients = ["wrong.test"]
via = "mx"
port = {self.port}
tls = "verify"

[[route]]
name = "closed"
recipients = ["closed.test"]
via = "refuse"
reason = "we do not write there"
"""
        self.configure({"dns.servers": '["127.0.0.1:9"]', "outbound.port": str(self.port)}, routes)

    def close(self):
        super().close()
        for sink in [*self.sinks.values(), self.smart, self.lmtp]:
            sink.close()


def arrives(world, name, ident, times=1):
    sink = world.sinks[name]
    return until(f"{ident} at {name}", lambda: len(sink.find(ident)) >= times and sink.find(ident))


# Tests ---------------------------------------------------------------------------------------------

def plain(world):
    """What is sent arrives octet by octet, after the trace fields."""
    ident = world.send("x@a.test")
    got = arrives(world, "a", ident)[0]
    assert got["data"].endswith(message("ann", ["x@a.test"], ident)), got["data"]
    assert b"\r\nReceived: " in b"\r\n" + got["data"]
    assert "Return-Path" not in got["data"].decode()
    assert got["recipients"] == ["x@a.test"]
    until("an empty queue", lambda: not world.rows("list"))


def one_transaction(world):
    """Recipients of one destination share a transaction; others have their own."""
    ident = world.send(["x@a.test", "y@a.test", "z@b.test"])
    assert arrives(world, "a", ident)[0]["recipients"] == ["x@a.test", "y@a.test"]
    assert arrives(world, "b", ident)[0]["recipients"] == ["z@b.test"]


def temporary_at_each_stage(world):
    sink = world.sinks["c"]
    for stage in ("greeting", "ehlo", "mail", "rcpt", "data", "dot"):
        sink.script = {stage: ["451 4.7.1 Greylisted, come again"]}
        ident = world.send("x@c.test")
        arrives(world, "c", ident)
        assert len(sink.find(ident)) == 1, stage
    sink.script = {}


def cut_after_the_dot(world):
    """The peer may have it: it is sent again rather than lost. RFC 5321 §6.1, RFC 1047."""
    sink = world.sinks["c"]
    sink.script = {"dot": ["KEEP-CUT"]}
    ident = world.send("x@c.test")
    arrives(world, "c", ident, times=2)
    sink.script = {"dot": ["CUT"]}
    ident = world.send("x@c.test")
    arrives(world, "c", ident)
    assert len(sink.find(ident)) == 1


def refused_recipient(world):
    sink = world.sinks["d"]
    sink.script = {"rcpt": ["550 5.1.1 No such user here", None]}
    ident = world.send(["bad@d.test", "good@d.test"])
    assert arrives(world, "d", ident)[0]["recipients"] == ["good@d.test"]
    parsed, status = world.bounce("ann", ident)
    assert status[1]["Final-Recipient"].endswith("bad@d.test"), status[1]
    assert status[1]["Action"] == "failed" and status[1]["Status"] == "5.1.1"
    assert "No such user here" in status[1]["Diagnostic-Code"]
    assert len(status) == 2


def no_such_domain(world):
    for to, code in (("x@nowhere.test", "5.1.2"), ("x@null.test", "5.1.10"), ("x@closed.test", "5.7.1")):
        ident = world.send(to)
        _, status = world.bounce("ann", ident)
        assert status[1]["Status"] == code, (to, status[1]["Status"])


def success_notice(world):
    ident = f"id-{random.randrange(10**12)}"
    world.sinks["a"].extensions = ()
    world.send("x@exec.test", ident, rcpt_options=["NOTIFY=SUCCESS"])
    _, status = world.bounce("ann", ident)
    assert status[1]["Action"] in ("delivered", "relayed"), status[1]["Action"]


def second_mx(world):
    ident = world.send("x@two.test")
    arrives(world, "b", ident)


def stalled_destination(world):
    """A host that accepts and never answers delays nobody else."""
    sink = world.sinks["d"]
    sink.script = {"greeting": ["HANG"] * 40, "mail": ["HANG"] * 40}
    stuck = [world.send("x@d.test") for _ in range(30)]
    quick = [world.send("x@a.test") for _ in range(30)]
    for ident in quick:
        arrives(world, "a", ident)
    assert not any(sink.find(ident) for ident in stuck)
    sink.script = {}
    rows = world.rows("list", "--domain", "d.test")
    assert len(rows) == 30, len(rows)
    for held in sink.held:
        held.shutdown(socket.SHUT_RDWR)
    sink.held.clear()
    world.retry("d.test")
    for ident in stuck:
        arrives(world, "d", ident)


def unreachable_destination(world):
    ident = world.send("x@down.test")
    row = until("a reason", lambda: [r for r in world.rows("list", "--domain", "down.test") if r.get("last_error") or r.get("last_reply")])
    assert "127.0.0.99" in json.dumps(row), row
    assert world.server.command("queue", "show", row[0]["id"])
    world.server.command("queue", "fail", row[0]["id"], "--reason", "given up by hand")
    _, status = world.bounce("ann", ident)
    assert status[1]["Action"] == "failed"


def starttls_when_offered(world):
    ident = world.send("x@tls.test")
    assert arrives(world, "tls", ident)[0]["tls"], "in the clear"


def wrong_certificate(world):
    """A route that verifies: nothing is sent to a host with another name's certificate."""
    ident = world.send("x@wrong.test")
    until("deferred", lambda: "certificate" in json.dumps(world.rows("list", "--domain", "wrong.test")).lower())
    assert not world.sinks["wrong"].find(ident)
    world.server.command("queue", "drop", "--domain", "wrong.test", "--yes")


def dane(world):
    good = world.send("x@dane-good.test")
    assert arrives(world, "tls", good)[0]["tls"]
    for domain, sink in (("dane-bad.test", "wrong"), ("dane-plain.test", "b")):
        ident = world.send(f"x@{domain}")
        until(f"deferred {domain}", lambda: "4.7.5" in json.dumps(world.rows("list", "--domain", domain))
              or "tls" in json.dumps(world.rows("list", "--domain", domain)).lower().replace("starttls_", ""))
        time_left = time.monotonic() + 1.5  # another try passes meanwhile
        until("another try", lambda: time.monotonic() > time_left)
        assert not world.sinks[sink].find(ident), domain
        world.server.command("queue", "drop", "--domain", domain, "--yes")


def smart_host(world):
    ident = world.send("x@smart.test")
    got = until("at the smart host", lambda: world.smart.find(ident))[0]
    assert got["login"] == "relay-user" and got["tls"]


def lmtp(world):
    ident = world.send(["x@lmtp.test", "y@lmtp.test"])
    got = until("by LMTP", lambda: world.lmtp.find(ident))[0]
    assert got["recipients"] == ["x@lmtp.test", "y@lmtp.test"]


def command(world):
    ident = world.send("x@exec.test")
    text = until("by the command", lambda: os.path.exists(world.printed) and ident in open(world.printed).read()
                 and open(world.printed).read())
    until("its words", lambda: f"taken for ann@{DOMAIN} x@exec.test" in open(world.printed).read())


def hold_and_release(world):
    world.server.command("queue", "rules", "add", "--to", "*@b.test", "hold", "--reason", "trial", "--for", "1h")
    ident = world.send("x@b.test")
    rows = until("held", lambda: world.rows("list", "--state", "held"))
    assert not world.sinks["b"].find(ident)
    number = str(world.rows("rules", "list")[0]["number"])
    world.server.command("queue", "rules", "remove", number)
    world.server.command("queue", "release", rows[0]["id"])
    arrives(world, "b", ident)


def pause(world):
    world.server.command("queue", "pause")
    ident = world.send("x@a.test")
    rows = until("queued", lambda: world.rows("list", "--domain", "a.test"))
    assert not world.sinks["a"].find(ident)
    world.server.command("queue", "resume")
    arrives(world, "a", ident)


def history(world):
    ident = world.send("x@a.test")
    arrives(world, "a", ident)
    until("its history", lambda: [r for r in world.rows("history", "--domain", "a.test")])


def sendmail(world):
    link = os.path.join(world.folder, "sendmail")
    if not os.path.exists(link):
        os.symlink(world.server.mailctl, link)
    ident = f"id-{random.randrange(10**12)}"
    done = subprocess.run([link, "-t", "-i", "-f", f"ann@{DOMAIN}"], input=f"From: ann@{DOMAIN}\nTo: x@a.test\nBcc: y@a.test\nSubject: {ident}\n\nHi\n.\nmore\n",
                          text=True, capture_output=True, env=dict(os.environ, MAILCTL_CONF=world.server.conf))
    assert done.returncode == 0, done.stderr
    got = arrives(world, "a", ident)[0]
    assert sorted(got["recipients"]) == ["x@a.test", "y@a.test"]
    assert b"Bcc" not in got["data"] and b"\r\n.\r\nmore" in got["data"]


def dkim_signature(world):
    try:
        import dkim
    except ImportError:
        sys.path.append("/usr/lib/python3/dist-packages")
        import dkim
    world.server.command("dkim", "keygen", DOMAIN, "--selector", "s1", "--activate")
    record = world.server.command("dkim", "dns", DOMAIN, "--form", "plain")
    text = record[record.index("v=DKIM1"):].strip().splitlines()[0].strip('"')
    ident = world.send("x@a.test")
    data = arrives(world, "a", ident)[0]["data"]
    assert data.startswith(b"DKIM-Signature:"), data[:200]
    assert dkim.verify(data, dnsfunc=lambda name, timeout=5: text.encode())
    assert not dkim.verify(data.replace(b"Hello", b"Hallo"), dnsfunc=lambda name, timeout=5: text.encode())


def killed_while_sending(world):
    """kill -9 at any point: what was acknowledged arrives."""
    server = world.server
    for round_ in range(3):
        acknowledged, stop = [], threading.Event()

        def submit():
            while not stop.is_set():
                ident = f"id-{random.randrange(10**15)}"
                try:
                    world.send(["x@a.test", "y@b.test"], ident)
                    acknowledged.append(ident)
                except Exception:
                    return
        threads = [threading.Thread(target=submit) for _ in range(4)]
        for thread in threads:
            thread.start()
        until("some mail", lambda: len(acknowledged) > 15 + 10 * round_)
        server.process.kill()
        server.process.wait()
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
        for ident in acknowledged:
            arrives(world, "a", ident)
            arrives(world, "b", ident)
    until("an empty queue", lambda: not world.rows("list", "--domain", "a.test"))


def killed_after_delivery(world):
    """What was delivered and written down before a kill -9 is not sent again; it stays in the history."""
    sent = [world.send(["x@a.test", "y@b.test"]) for _ in range(20)]
    for ident in sent:
        arrives(world, "a", ident)
        arrives(world, "b", ident)
    until("an empty queue", lambda: not world.rows("list"))
    world.server.process.kill()
    world.server.process.wait()
    world.server.start()
    last = world.send(["x@a.test", "y@b.test"])
    arrives(world, "a", last)
    arrives(world, "b", last)
    assert [len(world.sinks[name].find(ident)) for name in "ab" for ident in sent] == [1] * 40
    assert len(world.rows("history", "--domain", "b.test")) >= len(sent)


TESTS = [plain, one_transaction, temporary_at_each_stage, cut_after_the_dot, refused_recipient, no_such_domain,
         success_notice, second_mx, stalled_destination, unreachable_destination, starttls_when_offered,
         wrong_certificate, dane, smart_host, lmtp, command, hold_and_release, pause, history, sendmail,
         dkim_signature, killed_while_sending, killed_after_delivery]


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    sys.exit(play(World(mailctl), TESTS, names))


main()
