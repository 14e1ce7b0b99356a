"""Messages for the clients to carry, and whether they arrived whole."""
import email.message, email.policy, email.utils, imaplib, time, uuid

from server import PASSWORD, DOMAIN


LOOKS = 300  # programs that are to carry it may take a while on a loaded machine


def make(sender, recipient, subject, body="Hello.\r\n.a line with a dot\r\n..two\r\nend\r\n"):
    """A message with its own Message-ID: (id, text with CRLF)."""
    ident = f"<{uuid.uuid4().hex}@client.test>"
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"{sender}@{DOMAIN}"
    message["To"] = f"{recipient}@{DOMAIN}"
    message["Subject"] = subject
    message["Date"] = email.utils.formatdate(usegmt=True)
    message["Message-ID"] = ident
    message.set_content(body.replace("\r\n", "\n"))
    return ident, message.as_bytes().decode()


def imap(server, user):
    """A session of Python's own client, which the tests trust to look with."""
    connection = imaplib.IMAP4_SSL("127.0.0.1", server.port("imaps"), ssl_context=server.tls(), timeout=20)
    connection.login(server.address(user), PASSWORD)
    return connection


def fetch_all(server, user, mailbox="INBOX"):
    """Every message of a mailbox, whole."""
    with imap(server, user) as connection:
        status, count = connection.select(mailbox, readonly=True)
        assert status == "OK", f"SELECT {mailbox}: {count}"
        if int(count[0]) == 0:
            return []
        status, data = connection.fetch("1:*", "(BODY.PEEK[])")
        assert status == "OK", data
        return [part[1].decode() for part in data if isinstance(part, tuple)]


def wait_for(server, user, text, mailbox="INBOX", count=1):
    """The messages with `text` in them, once there are `count`: delivery follows the 250 at once."""
    found = []
    for _ in range(LOOKS):
        found = [message for message in fetch_all(server, user, mailbox) if text in message]
        if len(found) >= count:
            break
        time.sleep(0.1)
    assert len(found) == count, f"{len(found)} of {count} messages with {text!r} in {user}'s {mailbox}"
    return found


def put(server, user, message, mailbox="INBOX", flags=""):
    """Places a message with APPEND, for clients that only read."""
    with imap(server, user) as connection:
        status, data = connection.append(mailbox, flags or None, None, message.encode())
        assert status == "OK", data
