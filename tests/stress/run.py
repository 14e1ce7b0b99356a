#!/usr/bin/env python3
"""Many sessions at one mailbox at once, ended in the middle of what they do: for sanitizers. Not in the default run.

    cmake --build build/asan --target stress       (or build/tsan; tests/stress/run.py MAILCTL [ROUNDS] [SEED])

Each round, IMAP sessions of two users change one user's mailboxes and watch them, mail comes in by SMTP and LMTP
and goes out by POP3, an administrator ends sessions and reloads the settings; then the server is told to stop while
all that goes on. It must end with status 0 and without a sanitizer's report, and `store check` must find nothing.
Nothing here doubles a mailbox, and a round begins without the mail of the one before: rounds stay comparable.
The seed is printed: a round's commands are the same again, though not how they meet."""
import os, random, re, signal, socket, ssl, subprocess, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
sys.dont_write_bytecode = True

from server import PASSWORD, Server

ANN_SESSIONS, BOB_SESSIONS, SENDERS, READERS = 5, 2, 2, 1
ROUND_SECONDS = float(os.environ.get("STRESS_SECONDS", "8"))
STOP_SECONDS = 90  # a sanitizer makes all of it slow
REPORT = re.compile(r"ERROR: AddressSanitizer|WARNING: ThreadSanitizer|ERROR: LeakSanitizer|runtime error:|panic ")
BOXES = ("INBOX", "Work", "Work/Old", "Archive")


class Gone(Exception):
    """The server ended the session, as it may at any time here."""


class Worker(threading.Thread):
    """Repeats sessions until the round is over."""

    def __init__(self, server, name, seed, over):
        super().__init__(name=name)
        self.server, self.over = server, over
        self.random = random.Random(f"{seed} {name}")
        self.done, self.failures = 0, []

    def run(self):
        while not self.over.is_set():
            try:
                self.session()
            except (Gone, OSError, ValueError):
                time.sleep(0.05)  # refused, ended, or the server stops
            except Exception as failure:
                self.failures.append(f"{self.name}: {failure!r}")
                return

    def connect(self, port, tls):
        plain = socket.create_connection(("127.0.0.1", self.server.port(port)), timeout=60)
        stream = self.server.tls().wrap_socket(plain, server_hostname="localhost") if tls else plain
        return Line(stream)


class Line:
    """A connection by lines."""

    def __init__(self, stream):
        self.stream, self.held = stream, b""

    def send(self, text):
        self.stream.sendall(text if isinstance(text, bytes) else text.encode())

    def line(self):
        while b"\n" not in self.held:
            got = self.stream.recv(65536)
            if not got:
                raise Gone
            self.held += got
        line, self.held = self.held.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def skip(self, octets):
        while len(self.held) < octets:
            got = self.stream.recv(65536)
            if not got:
                raise Gone
            self.held += got
        self.held = self.held[octets:]

    def close(self):
        self.stream.close()


def message(chance, n):
    body = chance.choice(("short", "x" * 2000, ("line of text\r\n" * 4000)))
    return (f"From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: stress {n % 7}\r\n"
            f"Message-ID: <{chance.getrandbits(64)}@stress>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n"
            f"\r\n{body}\r\n")


class Imap(Worker):
    """One user's session on ann's mailboxes: `prefix` is where that user finds them."""

    def __init__(self, server, name, seed, over, user, prefix):
        super().__init__(server, name, seed, over)
        self.user, self.prefix = user, prefix
        self.next = 1  # UIDNEXT of the mailbox that was selected last

    def session(self):
        self.at = self.connect("imaps", True)
        try:
            self.tag = 0
            self.at.line()
            self.command(f'LOGIN {self.server.address(self.user)} "{PASSWORD}"')
            if self.random.random() < 0.5:
                self.command("ENABLE QRESYNC")
            if self.random.random() < 0.4:
                self.command("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) "
                             "(personal (MessageNew MessageExpunge MailboxName))")
            self.command(f"SELECT {self.box()}")
            for _ in range(self.random.randrange(5, 60)):
                if self.over.is_set() and self.random.random() < 0.3:
                    break
                self.random.choice(self.ACTIONS)(self)
                self.done += 1
            if self.random.random() < 0.5:
                self.command("LOGOUT")
        finally:
            self.at.close()

    def box(self):
        return f'"{self.prefix}{self.random.choice(BOXES)}"' if self.prefix else f'"{self.random.choice(BOXES)}"'

    def put(self, text):
        self.tag += 1
        self.at.send(f"a{self.tag} {text}\r\n")
        return f"a{self.tag} "

    def answer(self, tag, text):
        while True:
            line = self.at.line()
            while literal := re.search(r"\{(\d+)\}$", line):
                self.at.skip(int(literal[1]))
                line = self.at.line()
            if line.startswith("* OK [UIDNEXT "):
                self.next = int(line.split()[3].rstrip("]"))
            if line.startswith("* BYE") and not text.startswith("LOGOUT"):
                raise Gone
            if line.startswith(tag):
                if line.startswith(tag + "BAD"):
                    raise AssertionError(f"{text[:200]}: {line}")
                return line
            if line.startswith("+"):
                return line

    def command(self, text):
        return self.answer(self.put(text), text)

    def few(self):
        """At most 20 UIDs, near the last ones."""
        first = max(1, self.next - self.random.randrange(1, 60))
        return self.random.choice((f"{first}", f"{first}:{first + self.random.randrange(20)}"))

    def some(self):
        return self.random.choice((self.few(), self.few(), "1:*", f"{max(1, self.next - 30)}:*"))

    def append(self):
        text = message(self.random, self.done)
        flags = self.random.choice(("", "(\\Seen) ", "(\\Flagged $Label1) "))
        self.tag += 1
        self.at.send(f"a{self.tag} APPEND {self.box()} {flags}{{{len(text)}+}}\r\n{text}\r\n")
        self.answer(f"a{self.tag} ", "APPEND")

    def store(self):
        how = self.random.choice(("+FLAGS", "-FLAGS", "FLAGS", "+FLAGS.SILENT"))
        flags = self.random.choice(("(\\Seen)", "(\\Deleted)", "(\\Flagged $Label2)", "(\\Answered \\Seen)"))
        self.command(f"UID STORE {self.some()} {how} {flags}")

    def fetch(self):
        what = self.random.choice(("FLAGS", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)", "BODY.PEEK[]", "BODY[TEXT]<0.100>",
                                   "(BODYSTRUCTURE MODSEQ)", "(PREVIEW BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])"))
        self.command(f"UID FETCH {self.some()} {what}")

    def search(self):
        self.command(self.random.choice((
            "UID SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN", "UID SEARCH RETURN (SAVE) SUBJECT stress", "UID SEARCH TEXT line",
            "UID SORT (REVERSE SUBJECT DATE) UTF-8 ALL", "UID THREAD REFERENCES UTF-8 ALL", "UID SEARCH RETURN (PARTIAL -1:-10) ALL",
            "UID SEARCH RETURN (UPDATE ALL) FLAGGED", "UID SEARCH OR DELETED MODSEQ 1", "UIDBATCHES 500")))

    def copy(self):
        self.command(self.random.choice((f"UID COPY {self.few()} {self.box()}", f"UID MOVE {self.some()} {self.box()}")))

    def expunge(self):
        self.command(self.random.choice(("EXPUNGE", f"UID EXPUNGE {self.some()}")))

    def select(self):
        self.command(f"{self.random.choice(('SELECT', 'EXAMINE'))} {self.box()}")

    def status(self):
        self.command(self.random.choice((
            f"STATUS {self.box()} (MESSAGES UNSEEN UIDNEXT SIZE HIGHESTMODSEQ)", 'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN) MYRIGHTS)',
            "GETQUOTAROOT INBOX", f"GETMETADATA {self.box()} (/private/comment)", f"MYRIGHTS {self.box()}",
            f'SETMETADATA {self.box()} (/private/comment "{self.random.random()}")', "NOOP", "CHECK")))

    def idle(self):
        tag = self.put("IDLE")
        line = self.answer(tag, "IDLE")
        if line.startswith("+"):
            time.sleep(self.random.random() * 0.3)
            self.at.send("DONE\r\n")
            self.answer(tag, "IDLE")

    def pipeline(self):
        """Several commands in one piece; the answers come after all of them."""
        texts = [self.random.choice(("NOOP", "UID FETCH 1:* FLAGS", "UID STORE 1:5 +FLAGS (\\Seen)", "UID SEARCH ALL")) for _ in range(8)]
        first = self.tag + 1
        self.at.send("".join(f"a{first + i} {text}\r\n" for i, text in enumerate(texts)))
        self.tag += len(texts)
        for i, text in enumerate(texts):
            self.answer(f"a{first + i} ", text)

    def rename(self):
        name = f'"{self.prefix}Made{self.random.randrange(3)}"'
        self.command(self.random.choice((f"CREATE {name}", f"DELETE {name}", f'RENAME {name} "{self.prefix}Made{self.random.randrange(3)}"')))

    def break_off(self):
        """Sends much and hears nothing of it."""
        text = message(self.random, 0)
        self.at.send(f"x1 APPEND {self.box()} {{{len(text)}+}}\r\n{text}\r\nx2 UID MOVE 1:* {self.box()}\r\nx3 EXPUNGE\r\n")
        raise Gone

    ACTIONS = [append, append, append, store, store, store, fetch, fetch, search, copy, expunge, select, status, status, idle, idle,
               pipeline, rename, break_off]


class Sender(Worker):
    """Mail that comes in, several recipients at a time."""

    def session(self):
        lmtp = self.random.random() < 0.5
        at = self.connect("lmtp" if lmtp else "smtp", False)
        try:
            at.line()
            for words in (("LHLO" if lmtp else "EHLO") + " stress.test",):
                at.send(words + "\r\n")
                while at.line()[3:4] == "-":
                    pass
            for n in range(self.random.randrange(1, 10)):
                text = message(self.random, n)
                at.send("MAIL FROM:<x@elsewhere.test>\r\nRCPT TO:<ann@example.org>\r\nRCPT TO:<bob@example.org>\r\n")
                answers = [at.line() for _ in range(3)]
                if not all(one.startswith("250") for one in answers):
                    raise Gone
                at.send("DATA\r\n")
                at.line()
                at.send(text + ".\r\n")
                for _ in range(2 if lmtp else 1):
                    at.line()
                self.done += 1
        finally:
            at.close()


class Pop3(Worker):
    """Mail that is fetched and deleted while IMAP looks at it."""

    def session(self):
        at = self.connect("pop3s", True)
        try:
            at.line()
            for words in ("USER ann@example.org", f"PASS {PASSWORD}", "STAT", "LIST", "UIDL", "RETR 1", "TOP 2 0", "DELE 1", "QUIT"):
                at.send(words + "\r\n")
                line = at.line()
                many = words.split()[0] in ("LIST", "UIDL", "RETR", "TOP")
                if line.startswith("-ERR") and words.startswith("PASS"):
                    raise Gone  # another session has the maildrop
                while many and line.startswith("+OK") and at.line() != ".":
                    pass
                self.done += 1
        finally:
            at.close()


class Administrator(Worker):
    """Ends sessions in the middle of their commands, changes mailboxes, and looks."""

    COMMANDS = ("session kick --user ann@example.org --yes", "session kick --user bob@example.org --yes", "session kick --all --yes",
                "session list", "conf apply --yes", "user show ann@example.org", "mailbox list --user ann@example.org",
                "mailbox copy --user ann@example.org --to Archive --yes subject:3", "mailbox undelete --user ann@example.org --since 1s --yes",
                "mailbox list --user bob@example.org from:ann", "store check -q", "status", "queue list")

    def session(self):
        time.sleep(0.2)
        words = self.random.choice(self.COMMANDS).split()
        done = subprocess.run([self.server.mailctl, "-c", self.server.conf, *words], capture_output=True, text=True, timeout=120)
        if REPORT.search(done.stderr):
            raise AssertionError(f"{' '.join(words)}: {done.stderr[-4000:]}")
        self.done += 1


def workers_of(server, seed, over):
    out = [Imap(server, f"ann{n}", seed, over, "ann", "") for n in range(ANN_SESSIONS)]
    out += [Imap(server, f"bob{n}", seed, over, "bob", "Other Users/ann@example.org/") for n in range(BOB_SESSIONS)]
    out += [Sender(server, f"sender{n}", seed, over) for n in range(SENDERS)]
    out += [Pop3(server, f"pop{n}", seed, over) for n in range(READERS)]
    return out + [Administrator(server, "administrator", seed, over)]


def share(server):
    """Ann's mailboxes, and bob may do everything in them."""
    at = Imap(server, "sharing", 0, threading.Event(), "ann", "")
    at.at, at.tag = at.connect("imaps", True), 0
    at.at.line()
    at.command(f'LOGIN ann@example.org "{PASSWORD}"')
    for box in BOXES:
        at.command(f'CREATE "{box}"')
        at.command(f'SETACL "{box}" bob@example.org lrswipkxte')
    at.command("LOGOUT")
    at.at.close()


def forget(server):
    """All mail goes, so that the next round is like this one; gives how many messages there were."""
    before = len(server.command("mailbox", "search", "--all", "-o", "tsv", "--columns", "uid", "all").splitlines()) - 1
    for box in BOXES[1:]:
        server.run("mailbox", "delete", "--user", "ann@example.org", box, "--yes")
    server.run("mailbox", "empty", "--all", "all", "--yes", "-q")
    share(server)
    return before


def stop(server):
    """Gives the exit status."""
    server.process.send_signal(signal.SIGTERM)
    try:
        return server.process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.send_signal(signal.SIGABRT)
        server.process.wait()
        return "none: it does not stop"


def reports(server):
    server.log.flush()
    with open(server.log.name, encoding="utf-8", errors="replace") as log:
        text = log.read()
    found = REPORT.search(text)
    return text[max(0, found.start() - 200):found.start() + 12000] if found else ""


def main():
    mailctl = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    server = Server(mailctl, ["ann", "bob"])
    try:
        share(server)
        for number in range(rounds):
            over = threading.Event()
            workers = workers_of(server, f"{seed} {number}", over)
            for worker in workers:
                worker.start()
            time.sleep(ROUND_SECONDS)
            began = time.monotonic()
            status = stop(server)
            stopped_in = time.monotonic() - began
            over.set()
            for worker in workers:
                worker.join()
            failures = [failure for worker in workers for failure in worker.failures]
            told = reports(server)
            assert not told, told
            assert status == 0, f"exit status {status}"
            assert not failures, failures
            counts = ", ".join(f"{worker.name} {worker.done}" for worker in workers)
            server.start()
            server.command("store", "check", "-q")
            print(f"round {number + 1}: {counts}; {forget(server)} messages, stopped in {stopped_in:.1f} s", flush=True)
        assert stop(server) == 0
        assert not reports(server), reports(server)
    except AssertionError as failure:
        print(f"{server.log_tail()}\nFAILED {failure}")
        sys.exit(1)
    finally:
        server.clean()


if __name__ == "__main__":
    main()
