#!/usr/bin/env python3
"""Signs with mailctl and verifies with python3-dkim and OpenDKIM, and the other way round.

    run.py MAILCTL      without DNS: every peer reads the same records. Peers that are not installed
                        are passed over; without any of them the test is skipped (77).
"""
import base64, itertools, os, shutil, subprocess, sys, tempfile

PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
KEYS = {"rsa": ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"], "ed25519": ["-algorithm", "ed25519"]}
CANONS = ["/".join(pair) for pair in itertools.product(("simple", "relaxed"), repeat=2)]
DATE = b"Date: Fri, 11 Jul 2003 21:00:37 -0700\r\n"
MESSAGES = {
    "plain": DATE + b"From: Ann <ann@example.org>\r\nTo: bob@example.com\r\nSubject: Hi\r\n\r\nHello\r\n",
    "folded": DATE + b"From: Ann\r\n\t<ann@example.org>\r\nSubject:  two   blanks \r\n  and a fold\t\r\n"
              b"Received: by mx.example\r\nTo: b@example.com\r\n\r\n a  b\t \r\n\r\n\tc\r\n\r\n\r\n",
    "empty": DATE + b"From: ann@example.org\r\nSubject: nothing\r\n\r\n",
    "8-bit": DATE + "From: J\u00f6rg <ann@example.org>\r\n\r\nGr\u00fc\u00dfe  \r\n".encode(),
    "large": DATE + b"From: ann@example.org\r\n\r\n" + b"x" * 70000 + b"\r\n" + b"line  of text \r\n" * 9000,
}

PYTHON_VERIFY = """
import sys, dkim
records = dict(line.rstrip("\\n").encode().split(b"\\t", 1) for line in open(sys.argv[1]))
found = lambda name, timeout=5: records.get(name.rstrip(b"."))
print(dkim.DKIM(sys.stdin.buffer.read()).verify(dnsfunc=found))
"""
PYTHON_SIGN = """
import sys, dkim
algorithm, header, body, key = sys.argv[1:]
message = sys.stdin.buffer.read()
sys.stdout.buffer.write(dkim.sign(message, algorithm.encode(), b"example.org", open(key, "rb").read(),
    canonicalize=(header.encode(), body.encode()), include_headers=[b"from", b"subject", b"from"],
    signature_algorithm=algorithm.encode() + b"-sha256") + message)
"""


class World:
    def __init__(self, mailctl):
        self.mailctl = mailctl
        self.folder = tempfile.mkdtemp(prefix="mailctl-dkim-")
        self.failures, self.done = [], 0
        records = []
        for name, options in KEYS.items():
            subprocess.run(["openssl", "genpkey", *options, "-out", self.path(name)], check=True,
                           capture_output=True)
            records.append(f"{name}._domainkey.example.org\t{self.record(name)}\n")
        open(self.path("records"), "w").write("".join(records))
        with open(self.path("zone"), "w") as zone:
            for line in records:
                host, text = line.rstrip("\n").split("\t")
                parts = " ".join(f'"{text[i:i + 255]}"' for i in range(0, len(text), 255))
                zone.write(f"{host}. IN TXT ( {parts} )\n")
        with open(self.path("opendkim.records"), "w") as file:
            file.writelines(line.replace("\t", " ") for line in records if line.startswith("rsa"))
        with open(self.path("opendkim.conf"), "w") as file:
            file.write(f"Mode v\nSyslog no\nTestPublicKeys {self.path('opendkim.records')}\n")
        os.chmod(self.path("rsa"), 0o600)
        seed = subprocess.run(["openssl", "pkey", "-in", self.path("ed25519"), "-outform", "DER"],
                              check=True, capture_output=True).stdout[-32:]
        open(self.path("seed"), "wb").write(base64.b64encode(seed))  # as python3-dkim wants it

    def path(self, name):
        return os.path.join(self.folder, name)

    def record(self, name):
        der = subprocess.run(["openssl", "pkey", "-in", self.path(name), "-pubout", "-outform", "DER"],
                             check=True, capture_output=True).stdout
        octets = der if name == "rsa" else der[-32:]
        return f"v=DKIM1; k={name}; p={base64.b64encode(octets).decode()}"

    def run(self, words, message, cwd=None):
        return subprocess.run(words, input=message, capture_output=True, timeout=60, cwd=cwd)

    def verify(self, message):
        return self.run([self.mailctl, "dkim", "verify", "-", "--zone", self.path("zone")], message)

    def opendkim(self, message):
        """Its own test mode, with records from a file."""
        with open(self.path("signed.eml"), "wb") as file:
            file.write(message)
        return self.run(["opendkim", "-x", self.path("opendkim.conf"), "-vv", "-t", self.path("signed.eml")], b"")

    def expect(self, what, good, done):
        self.done += 1
        if not good:
            self.failures.append(f"{what}: {done.stdout[-300:]!r} {done.stderr[-600:]!r}")


def ours_to_theirs(world, has_python, has_opendkim):
    for key, canon, (name, message) in itertools.product(KEYS, CANONS, MESSAGES.items()):
        signed = world.run([world.mailctl, "dkim", "sign", "-", "--key", world.path(key), "--selector", key,
                            "--domain", "example.org", "--canonicalization", canon], message)
        what = f"mailctl {key} {canon} {name}"
        world.expect(what + ": signing", signed.returncode == 0, signed)
        own = world.verify(signed.stdout)
        world.expect(what + ": itself", own.returncode == 0, own)
        if has_python:
            theirs = world.run([PYTHON, "-c", PYTHON_VERIFY, world.path("records")], signed.stdout)
            world.expect(what + ": python3-dkim", theirs.stdout == b"True\n", theirs)
        # Debian 12's OpenDKIM knows no Ed25519, and its test mode drops blanks that begin a value.
        if has_opendkim and key == "rsa" and (name, canon[:6]) != ("folded", "simple"):
            theirs = world.opendkim(signed.stdout)
            world.expect(what + ": OpenDKIM", b"dkim=pass" in theirs.stdout, theirs)
    if has_opendkim:
        theirs = world.opendkim(signed.stdout.replace(b"From: ", b"From: X", 1))
        world.expect("OpenDKIM sees a change", b"dkim=pass" not in theirs.stdout, theirs)


def opendkim_to_ours(world):
    """opendkim-testmsg signs by SHA-1, which is not accepted any more (RFC 8301 \u00a73.1)."""
    signed = world.run(["opendkim-testmsg", "-C", "-d", "example.org", "-s", "rsa", "-k", world.path("rsa")],
                       MESSAGES["plain"])
    world.expect("opendkim-testmsg: signing", signed.returncode == 0, signed)
    ours = world.verify(signed.stdout)
    world.expect("rsa-sha1", ours.returncode == 1 and b"policy" in ours.stdout, ours)


def theirs_to_ours(world):
    for key, canon, (name, message) in itertools.product(KEYS, CANONS, MESSAGES.items()):
        header, body = canon.split("/")
        script = PYTHON_SIGN.replace('b"example.org"', f'b"{key}", b"example.org"')
        script = script.replace("dkim.sign(message, algorithm.encode(), ", "dkim.sign(message, ")
        pem = world.path("seed" if key == "ed25519" else key)
        signed = world.run([PYTHON, "-c", script, key, header, body, pem], message)
        what = f"python3-dkim {key} {canon} {name}"
        world.expect(what + ": signing", signed.returncode == 0, signed)
        ours = world.verify(signed.stdout)
        world.expect(what, ours.returncode == 0, ours)
        changed = signed.stdout.replace(b"From: ", b"From: X", 1)
        ours = world.verify(changed)
        world.expect(what + ": changed", ours.returncode == 1, ours)


def main():
    has_python = subprocess.run([PYTHON, "-c", "import dkim, nacl"], capture_output=True).returncode == 0
    has_opendkim = shutil.which("opendkim") and shutil.which("opendkim-testmsg")
    if not has_python and not has_opendkim:
        print("no other implementation is installed")
        sys.exit(77)
    world = World(os.path.abspath(sys.argv[1]))
    try:
        ours_to_theirs(world, has_python, has_opendkim)
        if has_python:
            theirs_to_ours(world)
        if has_opendkim:
            opendkim_to_ours(world)
    finally:
        shutil.rmtree(world.folder)
    print("\n".join(world.failures[:20]))
    print(f"{world.done} checks, {len(world.failures)} failures")
    sys.exit(1 if world.failures else 0)


main()
