#!/usr/bin/env python3
"""Mail that goes out to the servers of others: Postfix and Exim take it by SMTP, Dovecot by LMTP; Knot DNS tells where.
All on loopback.

    tests/e2e/peers.py MAILCTL [NAME...]     all tests, or those named

Exit status 0: every test passed. A server that is not installed is told of and passed over; 77: none is."""
import email, email.policy, json, os, random, re, sys

import world as worlds
import ports
from dovecot import Dovecot
from exim import Exim
from knot import Knot
from postfix import Postfix
from world import DOMAIN, certificate, message, play, until

USERS = ["box", "second", "jürgen"]
MESSAGE_OCTETS = 4_000_000  # that Postfix and Exim take
DNS, POSTFIX, EXIM, SEVEN, SMART = (f"127.0.0.{n}" for n in (20, 21, 22, 23, 24))
MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]
SECRET = "relay-secret"


class World(worlds.World):
    """postfix.test, exim.test, dovecot.test; seven.test, which is Postfix without 8BITMIME and SMTPUTF8; and MECHANISM.test
    through Postfix as a smart host."""

    def __init__(self, mailctl):
        super().__init__(mailctl)
        self.port, self.peers, self.dns = ports.take(), {}, None
        records = f"""@ IN NS ns
ns IN A {DNS}
mx.postfix IN A {POSTFIX}
mx.exim IN A {EXIM}
mx.seven IN A {SEVEN}
postfix IN MX 10 mx.postfix
exim IN MX 10 mx.exim
seven IN MX 10 mx.seven
implicit IN A {POSTFIX}
second IN MX 10 dead
second IN MX 20 mx.postfix
dead IN A 127.0.0.99
null IN MX 0 .
alias IN CNAME postfix
crowd IN MX 5 mx.postfix
""" + "".join(f"crowd IN MX 50 host-{n}-{'of-a-crowd-' * 4}here\n" for n in range(40))
        try:
            self.start_peers(records)
        except BaseException:
            self.close()
            raise

    def start_peers(self, records):
        if Knot.missing:
            print("passed over:", Knot.missing)
            self.write_zone(records)
            where = {}
        else:
            self.dns = Knot(DNS, ports.take(), "test", "$TTL 60\n@ IN SOA ns root 1 3600 600 86400 5\n" + records)
            self.dns.start()
            where = {"dns.zone_files": "[]", "dns.servers": f'["{DNS}:{self.dns.port}"]', "dns.timeout": "2s"}
        if not Dovecot.missing:
            self.peers["dovecot"] = Dovecot([*USERS, "relay-user"], SECRET)
            self.peers["dovecot"].start()
        self.configure({"outbound.port": str(self.port), "outbound.tls": "encrypt",
                        "limits.message.submission_octets": "6M", "outbound.message_octets": "6M", **where}, self.routes())
        for kind in (Postfix, Exim, Dovecot):
            if kind.missing:
                print("passed over:", kind.missing)
        if not Postfix.missing:
            self.start_postfix()
        if not Exim.missing:
            pair = certificate(self.folder, "mx-exim", ["mx.exim.test"], self.authority)
            os.chmod(self.folder, 0o711)  # Exim reads its key as its own user
            self.peers["exim"] = Exim(EXIM, self.port, "exim.test", USERS, pair, MESSAGE_OCTETS)
            self.peers["exim"].start()

    def routes(self):
        text = ""
        for name, secret in [*((mechanism, SECRET) for mechanism in MECHANISMS), ("WRONG", "guessed")]:
            with open(os.path.join(self.folder, name), "w") as out:
                out.write(secret + "\n")
            mechanism = name if secret == SECRET else MECHANISMS[-1]
            text += f"""
[[smart_host]]
name = "{name.lower()}"
hosts = ["{SMART}:{self.port}"]
tls = "verify"
user = "relay-user"
secret = "file:{self.folder}/{name}"
mechanisms = ["{mechanism}"]

[[route]]
name = "{name.lower()}"
recipients = ["{name.lower()}.test"]
via = "smart-host"
smart_hosts = ["{name.lower()}"]
"""
        if "dovecot" in self.peers:
            text += f"""
[[route]]
name = "dovecot"
recipients = ["dovecot.test"]
hosts = ["unix:{self.peers['dovecot'].lmtp}"]
protocol = "lmtp"
tls = "none"
"""
        return text

    def start_postfix(self):
        pair = certificate(self.folder, "mx-postfix", ["mx.postfix.test", SMART], self.authority)
        domains = ["postfix.test", "seven.test", "implicit.test", "second.test", "alias.test", "crowd.test",
                   *(f"{name.lower()}.test" for name in [*MECHANISMS, "WRONG"])]
        sasl = self.peers["dovecot"].auth if "dovecot" in self.peers else None
        self.peers["postfix"] = Postfix(POSTFIX, self.port, domains, USERS, pair,
                                        ("127.0.0.1", self.server.port("smtp")), MESSAGE_OCTETS, sasl)
        self.peers["postfix"].add_service(SEVEN, self.port, "smtpd_discard_ehlo_keywords=8bitmime,smtputf8,chunking")
        if sasl:
            self.peers["postfix"].add_service(SMART, self.port, "smtpd_sasl_auth_enable=yes")
        self.peers["postfix"].start()

    def close(self):
        super().close()
        for peer in [*self.peers.values(), *([self.dns] if self.dns else [])]:
            peer.close()

    def log_tail(self):
        tails = [peer.log()[-3000:] for peer in self.peers.values()]
        return "\n".join([super().log_tail(), *tails])

    def arrives(self, peer, user, ident, sent):
        """The message is in the mailbox, octet for octet, after the trace fields; gives those."""
        got = until(f"{ident} at {peer}", lambda: self.peers[peer].find(user, ident))
        assert len(got) == 1, f"{len(got)} copies"
        assert got[0].endswith(sent), got[0]
        return got[0][:-len(sent)].decode()


def text_with(ident, to, body, subject=None):
    text = message("ann", [to], ident, "").replace(f"Subject: {ident}".encode(), f"Subject: {subject or ident}".encode())
    return text + body


def submit(world, to, body, subject=None, **more):
    """Sends a message with this body; gives its ident and its octets."""
    ident = f"id-{random.randrange(10**12)}"
    to = [to] if isinstance(to, str) else to
    octets = text_with(ident, to[0], body, subject)
    world.submit(to, octets, **more)
    return ident, octets


# Tests of every peer -------------------------------------------------------------------------------

def octets(world, peer):
    """Dots, lines of dots, "From ", blanks at the end, empty lines last: all arrives as it was sent, under TLS."""
    body = (b".\r\n..\r\n...\r\n.start\r\n" + b"".join(b"." * n + b"\r\n" for n in range(1, 40)) +
            b"From here on\r\n>From there\r\nblank at the end \r\n\ttab\t\r\n" + b"x" * 998 + b"\r\n" +
            b"." * 998 + b"\r\n" + b"\x01\x7f\x0b\x0c\r\n\r\n\r\n.\r\n\r\n")
    ident, sent = submit(world, f"box@{peer}.test", body)
    trace = world.arrives(peer, "box", ident, sent)
    assert "TLSv1.3" in trace or "TLS1.3" in trace, trace
    assert "TLS1.3" in until("its history", lambda: world.history(f"{peer}.test"))


def empty_body(world, peer):
    ident, sent = submit(world, f"box@{peer}.test", b"")
    world.arrives(peer, "box", ident, sent)


def eight_bit(world, peer):
    """8BITMIME: octets over 127 stay as they are."""
    body = bytes(range(128, 256)) + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n"
    ident, sent = submit(world, f"box@{peer}.test", body, mail_options=["BODY=8BITMIME"])
    world.arrives(peer, "box", ident, sent)


def smtp_utf8(world, peer):
    """An address and a header beyond ASCII."""
    ident, sent = submit(world, f"jürgen@{peer}.test", "Viele Grüße\r\n".encode(), "Grüße",
                         mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    trace = world.arrives(peer, "jürgen", ident, sent)
    assert "UTF8SMTP" in trace.upper() or "utf8" in trace.lower(), trace


def several_recipients(world, peer):
    """One transaction for all; the one that is refused comes back, the others have theirs."""
    to = [f"{user}@{peer}.test" for user in ("box", "nobody-here", "second")]
    ident, sent = submit(world, to, b"Hello\r\n")
    world.arrives(peer, "box", ident, sent)
    world.arrives(peer, "second", ident, sent)
    _, status = world.bounce("ann", ident)
    assert len(status) == 2 and status[1]["Final-Recipient"].endswith(f"nobody-here@{peer}.test"), status
    assert status[1]["Action"] == "failed" and status[1]["Status"].startswith("5."), status[1]
    assert status[1]["Remote-MTA"].endswith(f"mx.{peer}.test"), status[1]
    assert "550" in status[1]["Diagnostic-Code"], status[1]
    taken = until("its log", lambda: [line for line in world.peers[peer].log().splitlines() if re.search(
        rf"from=<ann@{DOMAIN}>.*nrcpt=2" if peer == "postfix" else rf"<= ann@{DOMAIN} .*{ident}.* for box@\S+ second@", line)])
    assert taken


def too_large(world, peer):
    """SIZE: what the peer does not take is not sent to it, and comes back. RFC 1870 §6.1"""
    before = world.peers[peer].log()
    body = (b"x" * 76 + b"\r\n") * (MESSAGE_OCTETS // 78 + 1)
    ident, _ = submit(world, f"box@{peer}.test", body)
    _, status = world.bounce("ann", ident)
    assert status[1]["Status"] == "5.3.4" and status[1]["Action"] == "failed", status[1]
    assert not world.peers[peer].find("box", ident)


def chunks(world, peer):
    """CHUNKING: a large message goes by BDAT, dots and all. RFC 3030 §2"""
    body = b"".join(b"." * (n % 77 + 1) + b"\r\n" for n in range(50_000))
    ident, sent = submit(world, f"box@{peer}.test", body)
    world.arrives(peer, "box", ident, sent)
    if peer == "exim":
        until("K in its log", lambda: re.search(rf"<= ann@{DOMAIN} .* K .*{ident}", world.peers[peer].log()))


def down_and_up(world, peer):
    """A peer that is away: the message waits, tells why, and arrives once when the peer is back."""
    world.peers[peer].stop()
    ident, sent = submit(world, f"box@{peer}.test", b"Hello\r\n")
    until("why it waits", lambda: "refused" in json.dumps(world.rows("list", "--domain", f"{peer}.test")))
    world.peers[peer].start()
    world.arrives(peer, "box", ident, sent)
    until("an empty queue", lambda: not world.rows("list", "--domain", f"{peer}.test"))


# Tests of one peer ---------------------------------------------------------------------------------

def postfix_notice(world):
    """What the sender asked for is passed on: Postfix tells of success, with the sender's own words. RFC 3461"""
    ident = f"id-{random.randrange(10**12)}"
    world.submit(["box@postfix.test"], message("ann", ["box@postfix.test"], ident),
                 mail_options=["RET=HDRS", "ENVID=mine-7"],
                 rcpt_options=["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;other@postfix.test"])
    parsed, status = world.bounce("ann", ident)
    assert "postfix.test" in status[0]["Reporting-MTA"], status[0]
    assert status[0]["Original-Envelope-Id"] == "mine-7", status[0]
    assert status[1]["Action"] == "delivered", status[1]
    assert status[1]["Original-Recipient"].lower() == "rfc822;other@postfix.test", status[1]
    assert parsed.get_payload(2).get_content_type() == "text/rfc822-headers"
    assert len(world.inbox("ann", ident)) == 1


def postfix_seven_bits(world):
    """A peer without 8BITMIME gets the same text in 7 bits. RFC 6152 §3"""
    text = "Grüße, ein längerer Text.\r\n" * 5
    ident = f"id-{random.randrange(10**12)}"
    head = message("ann", ["box@seven.test"], ident, "").replace(
        b"\r\n\r\n", b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                     b"Content-Transfer-Encoding: 8bit\r\n\r\n")
    world.submit(["box@seven.test"], head + text.encode(), mail_options=["BODY=8BITMIME"])
    got = until("at the 7bit host", lambda: world.peers["postfix"].find("box", ident))[0]
    assert max(got) < 128
    parsed = email.message_from_bytes(got, policy=email.policy.default)
    assert parsed["Content-Transfer-Encoding"] == "quoted-printable", parsed["Content-Transfer-Encoding"]
    assert parsed.get_content().splitlines() == text.splitlines(), parsed.get_content()


def postfix_no_utf8(world):
    """A peer without SMTPUTF8 cannot be told such a header: the message comes back. RFC 6531 §3.5"""
    ident, _ = submit(world, "box@seven.test", b"Hello\r\n", "Grüße", mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    _, status = world.bounce("ann", ident)
    assert status[1]["Status"] == "5.6.7", status[1]
    assert not world.peers["postfix"].find("box", ident)


def postfix_answers_of_dns(world):
    """MX records, or none, or many: by UDP, and by TCP where they do not fit."""
    for domain in ("implicit", "second", "crowd", "alias"):
        ident, sent = submit(world, f"box@{domain}.test", b"Hello\r\n")
        world.arrives("postfix", "box", ident, sent)
    for to, code in (("x@nowhere.test", "5.1.2"), ("x@null.test", "5.1.10")):
        ident, _ = submit(world, to, b"Hello\r\n")
        _, status = world.bounce("ann", ident)
        assert status[1]["Status"] == code, (to, status[1]["Status"])


def dovecot_lmtp(world):
    """By LMTP over a socket: each recipient has a reply of its own."""
    body = b".\r\n..\r\nFrom here\r\n \r\n\r\n"
    ident, sent = submit(world, ["box@dovecot.test", "nobody-here@dovecot.test", "second@dovecot.test"], body)
    for user in ("box", "second"):
        world.arrives("dovecot", user, ident, sent)
    _, status = world.bounce("ann", ident)
    assert len(status) == 2 and status[1]["Final-Recipient"].endswith("nobody-here@dovecot.test"), status
    assert status[1]["Status"] == "5.1.1", status[1]


def dovecot_smart_host(world):
    """Postfix as a smart host, Dovecot for the passwords: each mechanism logs in."""
    for mechanism in MECHANISMS:
        ident, sent = submit(world, f"box@{mechanism.lower()}.test", b"Hello\r\n")
        world.arrives("postfix", "box", ident, sent)
        until("its log", lambda: f"sasl_method={mechanism}, sasl_username=relay-user" in world.peers["postfix"].log())
    ident, _ = submit(world, "box@wrong.test", b"Hello\r\n")
    until("it waits", lambda: "535 5.7.8" in json.dumps(world.rows("list", "--domain", "wrong.test")))
    assert not world.peers["postfix"].find("box", ident)
    world.server.command("queue", "drop", "--domain", "wrong.test", "--yes")


OF_EACH = [octets, empty_body, eight_bit, smtp_utf8, several_recipients, too_large, chunks, down_and_up]
OF_ONE = [dovecot_lmtp, dovecot_smart_host, postfix_notice, postfix_seven_bits, postfix_no_utf8, postfix_answers_of_dns]


def for_peer(test, peer):
    def run(world):
        test(world, peer)
    run.__name__ = f"{peer}_{test.__name__}"
    return run


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if Postfix.missing and Exim.missing:
        print(f"{Postfix.missing}; {Exim.missing}")
        sys.exit(77)
    if os.geteuid() != 0:
        print("Postfix and Exim start as root alone")
        sys.exit(77)
    world = World(mailctl)
    tests = [for_peer(test, peer) for test in OF_EACH for peer in world.peers if peer != "dovecot"]
    tests += [test for test in OF_ONE if test.__name__.split("_")[0] in world.peers
              and (test is not dovecot_smart_host or "postfix" in world.peers)]
    sys.exit(play(world, tests, names))


main()
