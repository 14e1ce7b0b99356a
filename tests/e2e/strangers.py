#!/usr/bin/env python3
"""What a server does to clients at addresses that are not its own, in a network namespace with loopback alone.

    tests/e2e/strangers.py MAILCTL [NAME...]     all tests, or those named

There the whole of 192.0.2.0/24 leads here, though no interface has it. Exit status 0: every test passed; 77: no such
namespace can be made."""
import json, os, smtplib, subprocess, sys

NETWORK, INSIDE = "192.0.2.0/24", "MAILCTL_TEST_NAMESPACE"


def enter():
    """Runs this program again in a namespace of its own."""
    flags = "-n" if os.geteuid() == 0 else "-rn"
    ready = f"ip link set lo up && ip route add local {NETWORK} dev lo"
    try:
        probe = subprocess.run(["unshare", flags, "sh", "-c", ready], capture_output=True, text=True)
    except FileNotFoundError as error:
        print(error)
        sys.exit(77)
    if probe.returncode != 0:
        print("no network namespace:", probe.stderr.strip())
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", flags, "sh", "-c", ready + ' && exec "$@"', "sh", sys.executable, *sys.argv])


if INSIDE not in os.environ:
    enter()

import world as worlds
from world import play, until


def connect(world, address):
    return smtplib.SMTP("127.0.0.1", world.server.port("smtp"), source_address=(address, 0), timeout=worlds.LIMIT)


def is_refused(world, address):
    try:
        connect(world, address).close()
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        return True
    return False


def kick(world, *words):
    done = world.server.run("session", "kick", *words)
    assert done.returncode == 0, done
    return done.stderr.splitlines()


def bans(world):
    return json.loads(world.server.command("-o", "json", "ban", "list"))["rows"]


# Tests ---------------------------------------------------------------------------------------------

def kick_and_ban(world):
    first, second, other = (connect(world, f"192.0.2.{n}") for n in (9, 9, 10))
    for client in (first, second, other):
        assert client.ehlo("far.example")[0] == 250
    words = ("--address", "192.0.2.9", "--ban", "--for", "1h", "--reason", "too many of them")
    assert kick(world, *words, "--dry-run") == ["would ban 192.0.2.9", "would end 2 sessions"]
    assert first.noop()[0] == 250 and not is_refused(world, "192.0.2.9")
    until("only these", lambda: len(json.loads(world.server.command("-o", "json", "session", "list"))["rows"]) == 3)
    assert kick(world, *words) == ["banned 192.0.2.9", "ended 2 sessions"]
    for client in (first, second):
        try:
            assert client.noop()[0] == 421
        except smtplib.SMTPServerDisconnected:
            pass
        client.close()
    assert is_refused(world, "192.0.2.9")
    assert other.noop()[0] == 250 and not is_refused(world, "192.0.2.11")
    found = bans(world)
    assert [(ban["network"], ban["reason"]) for ban in found] == [("192.0.2.9", "too many of them")], found
    world.server.command("ban", "remove", "192.0.2.9")
    until("let in again", lambda: not is_refused(world, "192.0.2.9"))
    other.close()


def kick_and_ban_a_user(world):
    """Whoever logged in is named in the ban."""
    client = smtplib.SMTP("127.0.0.1", world.server.port("submission"), source_address=("192.0.2.20", 0))
    client.starttls(context=world.server.tls())
    client.login(f"ann@{worlds.DOMAIN}", worlds.PASSWORD)
    assert kick(world, "--user", f"ann@{worlds.DOMAIN}", "--ban") == ["banned 192.0.2.20", "ended 1 session"]
    client.close()
    assert is_refused(world, "192.0.2.20") # a good login lately does not protect from an administrator
    found = bans(world)
    assert [(ban["network"], ban["user"]) for ban in found] == [("192.0.2.20", f"ann@{worlds.DOMAIN}")], found
    world.server.command("ban", "clear", "--yes")


TESTS = [kick_and_ban, kick_and_ban_a_user]


def main():
    sys.exit(play(worlds.World(os.path.abspath(sys.argv[1])), TESTS, sys.argv[2:]))


main()
