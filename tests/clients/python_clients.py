"""Python's own smtplib, poplib and imaplib."""
import imaplib, poplib, smtplib

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
    assert b"\\Flagged" in data[0][0] + data[-1] if isinstance(data[-1], bytes) else True, data
    assert client.copy("1", "INBOX")[0] == "OK"
    assert client.store("1", "+FLAGS", "(\\Deleted)")[0] == "OK"
    assert client.expunge() == ("OK", [b"1"])
    assert client.close()[0] == "OK"
    assert client.delete("Projects/mailctl")[0] == "OK"
    client.logout()
    messages.wait_for(server, a, ident)


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


ALL = [smtplib_starttls, smtplib_implicit_tls, smtplib_refusals, smtplib_lmtp, imaplib_session, poplib_session]
NEEDS = {}
