"""Python's own smtplib, poplib and imaplib."""
import imaplib, poplib, smtplib, zlib

import messages
from server import PASSWORD


def smtplib_starttls(server, a, b):
    ident, text = messages.make(a, b, "smtplib, STARTTLS")
    with smtplib.SMTP("127.0.0.1", server.port("submission"), timeout=20) as client:
        client.ehlo()
        offered = client.esmtp_features.get("auth", "").split()
        assert "PLAIN" not in offered and "LOGIN" not in offered, f"passwords in the clear: {offered}"
        client.starttls(context=server.tls())
        client.login(server.address(a), PASSWORD)
        refused = client.sendmail(server.address(a), [server.address(b)], text.encode())
        assert not refused, refused
    arrived = messages.wait_for(server, b, ident)[0]
    assert "\r\n.a line with a dot\r\n..two\r\nend\r\n" in arrived, "the body was changed"


def smtplib_implicit_tls(server, a, b):
    first, one = messages.make(a, b, "smtplib, TLS, first")
    second, two = messages.make(a, b, "smtplib, TLS, second")
    with smtplib.SMTP_SSL("127.0.0.1", server.port("smtps"), context=server.tls(), timeout=20) as client:
        client.login(server.address(a), PASSWORD)
        for text in (one, two):
            client.sendmail(server.address(a), [server.address(b), server.address(a)], text.encode())
    for user in (a, b):
        messages.wait_for(server, user, first)
        messages.wait_for(server, user, second)


def smtplib_refusals(server, a, b):
    with smtplib.SMTP("127.0.0.1", server.port("smtp"), timeout=20) as client:
        client.ehlo()
        code, _ = client.mail("someone@client.test")
        assert code == 250, code
        code, _ = client.rcpt("someone@elsewhere.test")
        assert code in (550, 551, 553, 554), f"open relay: {code}"
        code, _ = client.rcpt(server.address("nobody"))
        assert code == 550, code
        code, _ = client.rcpt(server.address(b))
        assert code == 250, code
    with smtplib.SMTP_SSL("127.0.0.1", server.port("smtps"), context=server.tls(), timeout=20) as client:
        try:
            client.login(server.address(a), "wrong-password")
            raise AssertionError("a wrong password was accepted")
        except smtplib.SMTPAuthenticationError as error:
            assert error.smtp_code == 535, error
        client.login(server.address(a), PASSWORD)
        code, _ = client.mail(server.address(b))
        if code == 250:
            code, _ = client.rcpt(server.address(a))
        assert code in (550, 553), f"another's address as sender: {code}"


def smtplib_lmtp(server, a, b):
    ident, text = messages.make(a, b, "LMTP")
    with smtplib.LMTP("127.0.0.1", server.port("lmtp")) as client:
        client.sendmail(server.address(a), [server.address(b)], text.encode())
    messages.wait_for(server, b, ident)


def imaplib_session(server, a, b):
    ident, text = messages.make(b, a, "imaplib")
    client = imaplib.IMAP4("127.0.0.1", server.port("imap"), timeout=20)
    client.starttls(server.tls())
    client.login(server.address(a), PASSWORD)
    assert client.create("Projects/mailctl")[0] == "OK"
    assert client.append("Projects/mailctl", "\\Flagged", None, text.encode())[0] == "OK"
    assert client.select("Projects/mailctl") == ("OK", [b"1"])
    status, found = client.search(None, "HEADER", "Message-ID", ident)
    assert found == [b"1"], found
    status, data = client.fetch("1", "(FLAGS BODY.PEEK[])")
    assert data[0][1].decode() == text, "the message was changed"
    assert b"\\Flagged" in data[0][0] + data[-1], data  # before or after the literal
    assert client.copy("1", "INBOX")[0] == "OK"
    assert client.store("1", "+FLAGS", "(\\Deleted)")[0] == "OK"
    assert client.expunge() == ("OK", [b"1"])
    assert client.close()[0] == "OK"
    assert client.delete("Projects/mailctl")[0] == "OK"
    client.logout()
    messages.wait_for(server, a, ident)


class CompressedImap(imaplib.IMAP4_SSL):
    """imaplib with COMPRESS=DEFLATE, by Python's own zlib."""

    def compress(self):
        imaplib.Commands["COMPRESS"] = ("AUTH", "SELECTED")
        status, said = self._simple_command("COMPRESS", "DEFLATE")
        assert status == "OK", said
        self.deflate, self.inflate = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)
        self.came = b""

    def send(self, data):
        if hasattr(self, "deflate"):
            data = self.deflate.compress(data) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        super().send(data)

    def take(self, is_enough):
        while not is_enough():
            data = self.sock.recv(65536)
            assert data, "the server is gone"
            self.came += self.inflate.decompress(data)

    def read(self, size):
        if not hasattr(self, "inflate"):
            return super().read(size)
        self.take(lambda: len(self.came) >= size)
        data, self.came = self.came[:size], self.came[size:]
        return data

    def readline(self):
        if not hasattr(self, "inflate"):
            return super().readline()
        self.take(lambda: b"\n" in self.came)
        line, _, self.came = self.came.partition(b"\n")
        return line + b"\n"


def imaplib_compressed(server, a, b):
    """Many messages at once over a compressed connection, and back."""
    client = CompressedImap("127.0.0.1", server.port("imaps"), ssl_context=server.tls(), timeout=20)
    client.login(server.address(a), PASSWORD)
    client.compress()
    texts = [messages.make(b, a, f"compressed {number}", "and again " * 5000)[1].encode() for number in range(50)]
    client.send(b"m APPEND INBOX" + b"".join(b" {%d+}\r\n%s" % (len(text), text) for text in texts) + b"\r\n")
    line = client.readline()
    assert line.startswith(b"m OK [APPENDUID ") and b" 1:50]" in line, line
    assert client.select("INBOX") == ("OK", [b"50"])
    status, data = client.fetch("1:50", "(BODY.PEEK[])")
    came = [part[1] for part in data if isinstance(part, tuple)]
    assert came == texts, "the messages were changed"
    client.send(b"r REPLACE 50 INBOX (\\Draft) {%d+}\r\n%s\r\n" % (len(texts[0]), texts[0]))
    lines = [client.readline()]
    while not lines[-1].startswith(b"r "):
        lines.append(client.readline())
    assert lines[-1].startswith(b"r OK") and b"* 50 EXPUNGE\r\n" in lines, lines
    assert client.search(None, "DRAFT")[1] == [b"50"]
    client.logout()


def poplib_session(server, a, b):
    for number in range(3):
        messages.put(server, a, messages.make(b, a, f"poplib {number}")[1])
    for client in (poplib.POP3_SSL("127.0.0.1", server.port("pop3s"), context=server.tls(), timeout=20),
                   poplib.POP3("127.0.0.1", server.port("pop3"), timeout=20)):
        if not isinstance(client, poplib.POP3_SSL):
            client.stls(server.tls())
        client.user(server.address(a))
        client.pass_(PASSWORD)
        count, octets = client.stat()
        assert len(client.list()[1]) == count
        ids = client.uidl()[1]
        assert len(set(ids)) == count, ids
        lines = client.retr(count)[1]
        assert b".a line with a dot" in lines and b"..two" in lines, lines
        assert b"" in client.top(count, 0)[1]
        client.dele(1)
        client.quit()
        left = messages.fetch_all(server, a)
        assert len(left) == count - 1, f"{len(left)} of {count - 1} left"


LARGEST = 100 * 1024 * 1024
MEMORY_FOR_LARGEST = 32 * 1024  # KiB that the largest message may add


def peak_kib(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def is_sanitized(server):
    with open(f"/proc/{server.process.pid}/maps", encoding="utf-8") as maps:
        return any(name in maps.read() for name in ("libasan", "libtsan"))


def largest_message(server, a, b):
    """100 MiB to two mailboxes, read over IMAP and POP3, appended: the server's memory stays small."""
    heading = f"From: x@elsewhere.test\r\nTo: {server.address(a)}\r\nSubject: large\r\n\r\n"
    lines, line = LARGEST - len(heading), "0123456789" * 7 + "abcdef\r\n"
    text = heading + line * (lines // len(line) - 1)
    text += "." * (LARGEST - len(text) - 2) + "\r\n"
    assert len(text) == LARGEST
    before = peak_kib(server)
    with smtplib.SMTP("127.0.0.1", server.port("smtp"), timeout=60) as client:
        assert not client.sendmail("x@elsewhere.test", [server.address(a), server.address(b)], text)
        try:
            client.sendmail("x@elsewhere.test", [server.address(a)], text + ".\r\n")
            raise AssertionError("one line past the limit was taken")
        except smtplib.SMTPResponseException as answer:
            assert answer.smtp_code == 552, answer
    with messages.imap(server, a) as client:
        assert client.select("INBOX") == ("OK", [b"1"])
        got = client.fetch("1", "(BODY.PEEK[])")[1][0][1].decode()
        assert got.endswith(text), "the message was changed"
        assert client.append("Drafts", None, None, text.encode())[0] == "OK"
    reader = poplib.POP3_SSL("127.0.0.1", server.port("pop3s"), context=server.tls(), timeout=60)
    reader.user(server.address(b))
    reader.pass_(PASSWORD)
    assert reader.retr(1)[2] >= LARGEST
    reader.dele(1)
    reader.quit()
    grown = peak_kib(server) - before
    assert grown <= MEMORY_FOR_LARGEST or is_sanitized(server), f"{grown} KiB more memory"


ALL = [smtplib_starttls, smtplib_implicit_tls, smtplib_refusals, smtplib_lmtp, imaplib_session, imaplib_compressed,
       poplib_session, largest_message]
NEEDS = {}
