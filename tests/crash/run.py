#!/usr/bin/env python3
"""Kills a loaded server with SIGKILL, again and again: nothing acknowledged may be missing, nothing half there.

    tests/crash/run.py MAILCTL [ROUNDS] [SEED]

Each round, senders put messages for two mailboxes, and messages for a mailbox and another server, into one
server until it is killed; the next start must show every message that had its 250, whole, in each mailbox and
in the queue, and `store check` must find nothing. The seed is printed, so that a failing run can be repeated."""
import hashlib, json, os, random, re, smtplib, subprocess, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
sys.dont_write_bytecode = True

import messages
from server import PASSWORD, Server

SENDERS = 4
ELSEWHERE = "elsewhere.test"


class Sender(threading.Thread):
    """Sends until the server is gone. sent: ids handed over; acknowledged: those that had their 250."""

    def __init__(self, server, number, round_number, seed):
        super().__init__()
        self.server, self.number, self.round_number = server, number, round_number
        self.random = random.Random(f"{seed} {round_number} {number}")
        self.acknowledged, self.refusals = [], []

    def message(self, ident):
        body = self.random.randbytes(self.random.choice((20, 1500, 45000))).hex()
        lines = "\r\n".join(body[at:at + 70] for at in range(0, len(body), 70))
        return (f"From: <ann@example.org>\r\nMessage-ID: <{ident}>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n"
                f"X-Digest: {digest(lines)}\r\nSubject: crash\r\n\r\n{lines}\r\n")

    def run(self):
        goes_out = self.number % 2  # these also leave a message for another server
        try:
            if goes_out:
                session = smtplib.SMTP_SSL("127.0.0.1", self.server.port("smtps"), context=self.server.tls(), timeout=20)
                session.login("ann@example.org", PASSWORD)
            else:
                session = smtplib.SMTP("127.0.0.1", self.server.port("smtp"), timeout=20)
            for n in range(100000):
                ident = f"{self.round_number}.{self.number}.{n}@crash.test"
                to = ["bob@example.org", f"x@{ELSEWHERE}" if goes_out else "ann@example.org"]
                sender = "ann@example.org" if goes_out else "someone@elsewhere.test"
                refused = session.sendmail(sender, to, self.message(ident))
                if refused:
                    self.refusals.append(refused)
                    return
                self.acknowledged.append(ident)
        except smtplib.SMTPResponseException as answer:
            if answer.smtp_code > 0:
                self.refusals.append(answer)
        except (smtplib.SMTPServerDisconnected, OSError):
            pass  # the kill


def wait_for_all(senders):
    """Until each has a 250, however slow the machine is."""
    for _ in range(6000):
        if all(one.acknowledged or not one.is_alive() for one in senders):
            return
        time.sleep(0.01)


def digest(lines):
    return hashlib.sha256(lines.encode()).hexdigest()


def identity(text, where):
    """The Message-ID of a stored message; fails where the message is not whole."""
    found = re.search(r"^Message-ID: <(.*?)>\r$", text, re.M)
    told = re.search(r"^X-Digest: ([0-9a-f]+)\r$", text, re.M)
    assert found and told, f"{where}: a message without its header: {text[:200]!r}"
    body = text.split("\r\n\r\n", 1)[1].removesuffix("\r\n")
    assert digest(body) == told[1], f"{where}: {found[1]} is not whole"
    return found[1]


def look(server):
    """What is in each place now: name -> set of ids."""
    here = {}
    for user in ("ann", "bob"):
        texts = messages.fetch_all(server, user)
        here[user] = {identity(text, user) for text in texts}
    rows = json.loads(server.command("queue", "list", "-o", "json"))["rows"]
    here["queue"] = {identity(cat(server, row["id"]), "queue") for row in rows}
    return here


def cat(server, queue_id):
    done = subprocess.run([server.mailctl, "-c", server.conf, "queue", "cat", str(queue_id)], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def main():
    mailctl = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    server = Server(mailctl, ["ann", "bob"])
    promised = {"ann": set(), "bob": set(), "queue": set()}
    try:
        for number in range(rounds):
            senders = [Sender(server, n, number, seed) for n in range(SENDERS)]
            for sender in senders:
                sender.start()
            wait_for_all(senders)
            time.sleep(chance.random())
            server.process.kill()
            server.process.wait()
            for sender in senders:
                sender.join()
                assert not sender.refusals, sender.refusals
                promised["bob"].update(sender.acknowledged)
                promised["queue" if sender.number % 2 else "ann"].update(sender.acknowledged)
            server.start()
            server.command("store", "check", "-q")
            for place, found in look(server).items():
                missing = promised[place] - found
                assert not missing, f"{place}: {len(missing)} acknowledged messages are missing: {sorted(missing)[:5]}"
            counts = ", ".join(f"{place} {len(ids)}" for place, ids in promised.items())
            assert all(promised.values()), f"nothing was acknowledged: {counts}"
            print(f"round {number + 1}: all there ({counts})", flush=True)
        assert server.stop() == 0
    except AssertionError as failure:
        print(f"FAILED {failure}\n{server.log_tail()}")
        sys.exit(1)
    finally:
        server.clean()


if __name__ == "__main__":
    main()
