#!/usr/bin/env python3
"""Mail that goes out to peers that stall, babble, break off or cannot speak TLS, and through a proxy. On loopback.

    tests/e2e/faults.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed. Each test looks at what was said, and that nothing is lost."""
import json, os, random, socket, sys, threading

import world as worlds
from sink import Sink
from socks import Proxy
from world import certificate, message, play, server_tls, until

STAGES = ("greeting", "ehlo", "starttls", "mail", "rcpt", "data", "dot")
VERBS = {"greeting": None, "ehlo": "EHLO", "starttls": "STARTTLS", "mail": "MAIL", "rcpt": "RCPT", "data": "DATA"}
GREETING, EHLO, HELLO = "S: 220 {} sink", "C: EHLO mail.example.org", "S: 250-sink"


# Faults: what a peer does in place of a good reply --------------------------------------------------

def endless_lines(session):
    while True:
        session.peer.sendall(b"220-and so on\r\n" * 5000)


def endless_line(session):
    while True:
        session.peer.sendall(b"x" * 65536)


def huge_reply(session):
    """Ends, but is larger than any reply must be."""
    session.peer.sendall(b"250-more\r\n" * 100_000 + b"250 done\r\n")
    session.line()


def other_protocol(session):
    session.peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    raise EOFError


def octets(session):
    session.peer.sendall(bytes(range(256)) + b"\r\n")
    session.line()


def one_by_one(session):
    """Never silent for long, never done."""
    pause = threading.Event()
    while not session.sink.stopped:
        session.peer.sendall(b"2")
        pause.wait(0.1)


def no_tls(session):
    session.say("220 Go")
    session.peer.sendall(b"500 What?\r\n" * 10)
    session.peer.recv(10_000)
    raise EOFError


def leave_in_handshake(session):
    session.say("220 Go")
    session.peer.recv(100)
    raise EOFError


def silent_in_handshake(session):
    session.say("220 Go")
    while session.peer.recv(10_000):
        pass  # until the client leaves
    raise EOFError


def words_before_tls(session):
    """What a man in the middle puts before the handshake must not pass for the peer's words."""
    session.peer.sendall(b"220 Go\r\n250-sink\r\n250 AUTH PLAIN\r\n")
    session.transcript.append("S: 220 Go")
    session.peer.recv(10_000)
    raise EOFError


def cut_in_the_message(session):
    session.say("354 Go")
    session.file.readline()
    session.transcript.append("CUT")
    raise EOFError


class Slow:
    """Reads the message seven octets at a time, and rests after a while until `go` is set."""

    def __init__(self):
        self.go, self.resting = threading.Event(), threading.Event()

    def __call__(self, session):
        session.say("354 Go")
        session.take_message(self.lines(session.peer))

    def lines(self, peer):
        slow = self

        class File:
            rest, octets = b"", 0

            def readline(self):
                while b"\n" not in self.rest:
                    got = peer.recv(7)
                    self.octets += len(got)
                    self.rest += got
                    if self.octets > 7000:
                        slow.resting.set()
                        slow.go.wait()
                    if not got:
                        return b""
                line, _, self.rest = self.rest.partition(b"\n")
                return line + b"\n"
        return File()


BABBLE = (endless_lines, endless_line, huge_reply, other_protocol, octets)
BABBLED_AT = ("greeting", "ehlo", "mail", "rcpt", "data", "dot")
BROKEN_TLS = (no_tls, leave_in_handshake, silent_in_handshake, words_before_tls)
# Name, script of the sink, copies that arrive, how the first talk ends.
AROUND_THE_DOT = (("in-the-message", {"data": [cut_in_the_message]}, 1, ["S: 354 Go", "CUT"]),
                  ("not-kept-cut", {"dot": ["CUT"]}, 1, ["message", "CUT"]),
                  ("not-kept-reset", {"dot": ["RESET"]}, 1, ["message", "RESET"]),
                  ("kept-cut", {"dot": ["KEEP-CUT"]}, 2, ["message", "CUT"]),
                  ("kept-reset", {"dot": ["KEEP-RESET"]}, 2, ["message", "RESET"]),
                  ("kept-hang", {"dot": ["KEEP-HANG"]}, 2, ["message", "HANG"]))


# The world -----------------------------------------------------------------------------------------

class World(worlds.World):
    """NAME.test leads to the sink NAME, with an address of its own."""

    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.sinks, self.number = {}, 0
        self.port = 0
        self.authentic = self.tls("mx", ["mx.test"])
        for name in ("good", "clear", "slow", "drip-greeting", "drip-mail"):
            self.sink(name)
        for name, script, _, _ in AROUND_THE_DOT:
            self.sink(name, script)
        for stage in BABBLED_AT:
            for fault in BABBLE:
                self.sink(f"{fault.__name__}-{stage}".replace("_", "-"), {stage: [fault]})
        for stage in STAGES:
            self.sink(f"hang-{stage}", {stage: ["HANG"]}, tls=self.authentic)
            self.sink(f"cut-{stage}", {stage: ["CUT"]}, tls=self.authentic)
        for fault in BROKEN_TLS:
            name = fault.__name__.replace("_", "-")
            self.sink(f"{name}.must", {"starttls": [fault, fault]}, tls=self.authentic)
            self.sink(f"{name}.may", {"starttls": [fault]}, tls=self.authentic)
        self.sink("not-now.must", {"starttls": ["454 4.7.0 Not now"]}, tls=self.authentic)
        self.sink("under-tls.must", tls=self.authentic)
        self.proxy = Proxy("127.0.0.30", "relay", "open sesame")
        with open(os.path.join(self.folder, "proxy.secret"), "w") as out:
            out.write("open sesame\n")
        try:
            self.six = Sink("::1", self.port)
        except OSError:
            self.six = None
        self.write_zone("".join(f"{name} IN MX 10 mx.{name}\nmx.{name} IN A {sink.address}\n"
                                for name, sink in self.sinks.items()) +
                        "six IN MX 10 mx.six\nmx.six IN AAAA ::1\nsix-and-four IN MX 10 mx.both\n"
                        f"mx.both IN AAAA ::1\nmx.both IN A {self.sinks['good'].address}\n")
        self.configure({"outbound.port": str(self.port), "outbound.greeting_timeout": "4s",
                        "outbound.command_timeout": "4s", "outbound.final_timeout": "4s",
                        "outbound.messages_per_connection": "1",
                        "limits.message.submission_octets": "20M"}, f"""
[[route]]
name = "must"
recipients = ["*.must.test"]
via = "mx"
port = {self.port}
tls = "encrypt"
""")

    def sink(self, name, script=None, **more):
        self.number += 1
        self.sinks[name] = Sink(f"127.0.1.{self.number}", self.port, **more)
        self.sinks[name].script = dict(script or {})
        self.port = self.sinks[name].port

    def close(self):
        super().close()
        for one in [*self.sinks.values(), self.proxy, *([self.six] if self.six else [])]:
            one.close()

    def arrives(self, name, ident, times=1):
        got = until(f"{ident} at {name}", lambda: len(self.sinks[name].find(ident)) >= times and self.sinks[name].find(ident))
        assert len(got) == times, f"{len(got)} copies at {name}"
        return got[0]

    def waits(self, name, why):
        """The message for NAME.test is queued, with words like these for a reason."""
        def row():
            rows = self.rows("list", "--domain", f"{name}.test")
            return rows and int(rows[0]["attempts"]) > 0 and why in json.dumps(rows[0]) and rows[0]
        return until(f"{name} waits: {why}; {self.rows('list', '--domain', f'{name}.test')}", row)

    def apply(self, settings):
        for key, value in settings.items():
            self.setting(key, value)
        self.server.command("conf", "apply", "--yes")

    def memory(self):
        """What the server holds, in octets."""
        with open(f"/proc/{self.server.process.pid}/statm") as text:
            return int(text.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def begin(sink, tls=False):
    """How a talk begins."""
    start = [GREETING.format(sink.address), EHLO, HELLO]
    return start + ["C: STARTTLS", "S: 220 Go", "TLS", EHLO, HELLO] if tls else start


def rest(domain, reply="S: 250 2.0.0 Kept"):
    return ["C: MAIL FROM:<ann@example.org>", "S: 250 2.1.0 Ok", f"C: RCPT TO:<x@{domain}.test>", "S: 250 2.1.5 Ok",
            "C: DATA", "S: 354 Go", "message", reply]


def said(talk):
    """Without parameters and what follows the message."""
    words = [line.split(" SIZE=")[0] for line in talk]
    return words[:-2] if words[-2:] == ["C: QUIT", "S: 221 Bye"] else words


# Tests ---------------------------------------------------------------------------------------------

def is_whole(world, name, talk, tls=False):
    """In this talk the message was taken, and nothing was amiss."""
    want = begin(world.sinks[name], tls) + rest(name)
    until(f"the whole talk: {want}, not {talk}", lambda: said(talk) == want)


def never_answered(world):
    """At every stage, all at once: given up after the time for it, tried again, arrived once."""
    for stage, ident in [(stage, world.send(f"x@hang-{stage}.test")) for stage in STAGES]:
        name = f"hang-{stage}"
        world.arrives(name, ident)
        first, second = world.sinks[name].transcripts
        assert first[-1] == "HANG", (stage, first)
        asked = [line for line in first if line.startswith("C: ")][-1:]
        want = VERBS.get(stage, "DATA")
        assert (not asked and want is None) or (want and asked[0].startswith(f"C: {want}")), (stage, first)
        is_whole(world, name, second, tls=True)


def cut_off(world):
    """At every stage: tried again, arrived once."""
    for stage, ident in [(stage, world.send(f"x@cut-{stage}.test")) for stage in STAGES]:
        name = f"cut-{stage}"
        world.arrives(name, ident)
        talks = world.sinks[name].transcripts
        assert talks[0][-1] == "CUT", (stage, talks)
        is_whole(world, name, talks[1], tls=True)


def broken_off_around_the_dot(world):
    """Before the dot, or after it and not kept: one copy. Kept, and no reply: two; it is not lost. RFC 1047"""
    sent = [world.send(f"x@{name}.test") for name, _, _, _ in AROUND_THE_DOT]
    for (name, _, copies, end), ident in zip(AROUND_THE_DOT, sent):
        world.arrives(name, ident, times=copies)
        talks = world.sinks[name].transcripts
        assert len(talks) == 2 and said(talks[0])[-2:] == end, (name, talks)
        is_whole(world, name, talks[1])
        until("an empty queue", lambda: not world.rows("list", "--domain", f"{name}.test"))


def slow_reader(world):
    """A peer that reads a few octets at a time gets it all, and delays nobody."""
    sink, slow = world.sinks["slow"], Slow()
    sink.script = {"data": [slow]}
    ident = f"id-{random.randrange(10**12)}"
    octets_ = message("ann", ["x@slow.test"], ident, "".join(f".{n}\r\n" for n in range(300_000)))
    world.apply({"outbound.final_timeout": "1m"})
    world.submit(["x@slow.test"], octets_)
    assert slow.resting.wait(worlds.LIMIT), "nothing was sent to the slow peer"
    for _ in range(20):
        world.arrives("good", world.send("x@good.test"))
    assert not sink.find(ident)
    shown = world.rows("list", "--domain", "slow.test")
    assert len(shown) == 1 and shown[0]["state"] not in ("held", "failed"), shown
    slow.go.set()
    assert world.arrives("slow", ident)["data"].endswith(octets_)
    until("an empty queue", lambda: not world.rows("list", "--domain", "slow.test"))
    world.apply({"outbound.final_timeout": "4s"})


def babbling_peers(world):
    """Replies without end or sense: given up, with little memory; then the message arrives, once."""
    before = world.memory()
    names = [f"{fault.__name__}-{stage}".replace("_", "-") for stage in BABBLED_AT for fault in BABBLE]
    for name, ident in [(name, world.send(f"x@{name}.test")) for name in names]:
        world.arrives(name, ident)
        talks = world.sinks[name].transcripts
        assert len(talks) == 2, (name, talks)
        is_whole(world, name, talks[1])
    grown = world.memory() - before
    assert grown < 64 << 20, f"{grown} octets more"


def never_done(world):
    """A reply octet by octet takes no more time than none."""
    stages = ("greeting", "mail")
    for stage in stages:
        world.sinks[f"drip-{stage}"].script = {stage: [one_by_one]}
    for stage, ident in [(stage, world.send(f"x@drip-{stage}.test")) for stage in stages]:
        world.arrives(f"drip-{stage}", ident)
        talks = world.sinks[f"drip-{stage}"].transcripts
        assert len(talks) == 2 and len(talks[0]) == (0 if stage == "greeting" else 4), talks
        is_whole(world, f"drip-{stage}", talks[1])


def broken_tls(world):
    """Where TLS is demanded: no word in the clear. Where it is not: the mail goes all the same. RFC 7435 §3"""
    names = [fault.__name__.replace("_", "-") for fault in BROKEN_TLS]
    sent = [(name, world.send(f"x@{name}.must.test"), world.send(f"x@{name}.may.test")) for name in names]
    for name, must, may in sent:
        assert world.arrives(f"{name}.must", must)["tls"], "in the clear"
        talks = world.sinks[f"{name}.must"].transcripts
        end = begin(world.sinks[f"{name}.must"]) + ["C: STARTTLS", "S: 220 Go"]
        assert [said(talk) for talk in talks[:2]] == [end, end] and len(talks) == 3, talks
        is_whole(world, f"{name}.must", talks[2], tls=True)

        assert not world.arrives(f"{name}.may", may)["tls"]
        talks = world.sinks[f"{name}.may"].transcripts
        assert said(talks[0]) == begin(world.sinks[f"{name}.may"]) + ["C: STARTTLS", "S: 220 Go"], talks
        is_whole(world, f"{name}.may", talks[1])


def refused_starttls(world):
    sink = world.sinks["not-now.must"]
    assert world.arrives("not-now.must", world.send("x@not-now.must.test"))["tls"]
    assert said(sink.transcripts[0]) == begin(sink) + ["C: STARTTLS", "S: 454 4.7.0 Not now"]
    is_whole(world, "not-now.must", sink.transcripts[1], tls=True)


def with_proxy(world, secret, test):
    """Runs a test where everything goes through the proxy, with this password."""
    with open(os.path.join(world.folder, "proxy.secret"), "w") as out:
        out.write(secret + "\n")
    world.apply({"outbound.proxy_secret": f"file:{world.folder}/proxy.secret",
                 "outbound.proxy": f"{world.proxy.address}:{world.proxy.port}", "outbound.proxy_user": "relay"})
    try:
        test()
    finally:
        world.proxy.answer = 0
        world.apply({"outbound.proxy_user": "", "outbound.proxy": "", "outbound.proxy_secret": ""})


def proxy(world):
    """By SOCKS5 with user and password: the proxy connects, TLS goes through it; its refusals are told."""
    target = lambda name: (1, world.sinks[name].address, world.port)

    def through():
        for name, tls in (("clear", False), ("under-tls.must", True)):
            world.proxy.asked.clear()
            assert bool(world.arrives(name, world.send(f"x@{name}.test"))["tls"]) == tls
            assert world.proxy.asked == [target(name)], world.proxy.asked

    def refused():
        for answer, why in ((5, "connection refused"), (2, "not allowed"), ("HANG", "")):
            world.proxy.answer = answer
            world.proxy.asked.clear()
            ident = world.send("x@clear.test")
            world.waits("clear", why)
            assert not world.sinks["clear"].find(ident) and world.proxy.asked[0] == target("clear")
            world.proxy.answer = 0
            world.arrives("clear", ident)

    def unknown():
        talks = len(world.sinks["clear"].transcripts)
        world.send("x@clear.test", "by-the-wrong-password")
        world.waits("clear", "user or password refused")
        assert len(world.sinks["clear"].transcripts) == talks, "it went past the proxy"

    with_proxy(world, "open sesame", through)
    with_proxy(world, "open sesame", refused)
    with_proxy(world, "let me in", unknown)
    world.arrives("clear", "by-the-wrong-password")  # without a proxy now


def both_families(world):
    """By IPv6; and by IPv4 where nobody listens at the IPv6 address."""
    if not world.six:
        print("passed over: no IPv6 on loopback here")
        return
    ident = world.send("x@six.test")
    until("by IPv6", lambda: world.six.find(ident))
    world.six.close()
    world.arrives("good", world.send("x@six-and-four.test"))


TESTS = [never_answered, cut_off, broken_off_around_the_dot, slow_reader, babbling_peers, never_done, broken_tls,
         refused_starttls, proxy, both_families]


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    sys.exit(play(World(mailctl), TESTS, names))


main()
