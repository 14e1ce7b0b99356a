"""A server that sends mail, on loopback, with what a run needs around it: DNS, certificates, a mailbox for bounces."""
import atexit, email, email.policy, imaplib, json, os, random, smtplib, ssl, subprocess, sys, time, traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "clients")]
sys.dont_write_bytecode = True

from server import DOMAIN, PASSWORD, Server

LIMIT = 30  # seconds for a condition, where looking takes no time
LOOK_EVERY = 0.04


def until(what, condition, limit=LIMIT):
    """What it found. Looks are counted, not time: a machine that stood still has lost one of them only."""
    for _ in range(int(limit / LOOK_EVERY)):
        found = condition()
        if found:
            return found
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"not within {limit} s: {what}")


def certificate(folder, name, names, authority=None):
    """A key and a certificate for these names, self-signed or by an authority; gives (certificate, key)."""
    key, cert, request = (os.path.join(folder, f"{name}.{end}") for end in ("key", "pem", "csr"))
    run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)
    extensions = os.path.join(folder, f"{name}.ext")
    alternatives = ",".join(("IP:" if n[0].isdigit() else "DNS:") + n for n in names)
    with open(extensions, "w") as out:
        out.write(f"subjectAltName={alternatives}\n" if names else "basicConstraints=critical,CA:TRUE\n")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
        request, "-subj", f"/CN={name}")
    signer = ["-CA", authority[0], "-CAkey", authority[1], "-CAcreateserial"] if authority else ["-signkey", key]
    run("x509", "-req", "-in", request, "-out", cert, "-days", "30", "-extfile", extensions, *signer)
    return cert, key


def server_tls(pair):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def fingerprint(certificate):
    """What "TLSA 3 1 1" holds of a certificate's key. RFC 6698 §2.1"""
    return subprocess.run(f"openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum",
                          shell=True, check=True, capture_output=True, text=True).stdout.split()[0]


class World:
    """A server with the users ann and bob; a zone "test." is written by the run."""

    def __init__(self, mailctl):
        self.server = Server(mailctl, ["ann", "bob"])
        atexit.register(self.server.clean)  # also where a run's own preparations fail
        self.folder = self.server.folder
        self.authority = certificate(self.folder, "authority", [])
        self.zone = os.path.join(self.folder, "test.zone")
        self.day = time.gmtime().tm_yday

    def tls(self, name, names):
        return server_tls(certificate(self.folder, name, names, self.authority))

    def write_zone(self, records):
        with open(self.zone, "w") as out:
            out.write(f"$ORIGIN test.\n$TTL 60\n@ IN SOA ns root 1 3600 600 86400 5\n{records}")

    def configure(self, settings, appended=""):
        """Retries come soon, every host of `test.` has one port, and the run's authority is trusted."""
        for key, value in {"dns.zone_files": f'["{self.zone}"]', "dns.timeout": "200ms",
                           "outbound.ca_file": f"{self.folder}/authority.pem", "queue.retry": '["1s"]',
                           "queue.jitter_percent": "0", "outbound.back_off": "1s", "outbound.max_back_off": "1s",
                           "outbound.connect_timeout": "2s", **settings}.items():
            self.setting(key, value)
        with open(self.server.conf, "a") as out:
            out.write(appended)
        self.server.command("conf", "apply", "--yes")

    def setting(self, key, value):
        self.server.command("conf", "set", key, value)

    def send(self, to, ident=None, sender="ann", **more):
        """Submits one message; gives a text that only it holds."""
        ident = ident or f"id-{random.randrange(10**12)}"
        to = [to] if isinstance(to, str) else to
        self.submit(to, message(sender, to, ident), sender, **more)
        return ident

    def submit(self, to, octets, sender="ann", **more):
        with smtplib.SMTP("127.0.0.1", self.server.port("submission")) as client:
            client.starttls(context=self.server.tls())
            client.login(f"{sender}@{DOMAIN}", PASSWORD)
            client.sendmail(f"{sender}@{DOMAIN}", to, octets, **more)

    def queue(self, *words):
        return json.loads(self.server.command("-o", "json", "queue", *words) or "[]")

    def rows(self, *words):
        found = self.queue(*words)
        return found if isinstance(found, list) else found.get("rows", found)

    def retry(self, domain):
        """What waits for this domain is due at once, unless another attempt took it already."""
        done = self.server.run("queue", "retry", "--domain", domain, "--yes")
        assert done.returncode == 0 or "no message is chosen" in done.stderr, done

    def history(self, domain):
        """The latest message of this domain that is done with, as JSON text; "": none yet."""
        found = self.rows("history", "--domain", domain)
        return json.dumps(self.queue("show", found[0]["id"])) if found else ""

    def inbox(self, user, ident):
        """The messages in INBOX that hold this text."""
        with imaplib.IMAP4_SSL("127.0.0.1", self.server.port("imaps"), ssl_context=self.server.tls()) as client:
            client.login(f"{user}@{DOMAIN}", PASSWORD)
            client.select("INBOX")
            found = client.search(None, "TEXT", f'"{ident}"')[1][0].split()
            return [client.fetch(n, "(BODY.PEEK[])")[1][0][1] for n in found]

    def bounce(self, user, ident):
        raw = until(f"a bounce of {ident}", lambda: self.inbox(user, ident))[0]
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        assert parsed.get_content_type() == "multipart/report", parsed.get_content_type()
        assert parsed["Auto-Submitted"] == "auto-replied"
        report = parsed.get_payload(1)
        assert report.get_content_type() == "message/delivery-status"
        return parsed, report.get_payload()

    def is_another_day(self):
        """Midnight in UTC went by: what is counted by the day is in two parts now."""
        return time.gmtime().tm_yday != self.day

    def log_tail(self):
        return self.server.log_tail()

    def close(self):
        self.server.clean()


def message(sender, to, ident, body="Hello\r\n.dot at the start\r\n..two\r\nend\r\n"):
    return (f"From: {sender}@{DOMAIN}\r\nTo: {', '.join(to)}\r\nSubject: {ident}\r\nMessage-ID: <{ident}@{DOMAIN}>\r\n"
            f"Date: Sat, 21 Nov 2026 02:03:04 +0000\r\n\r\n{body}").encode()


def play(world, tests, names):
    """Runs these tests, or those named, in one world; gives the exit status."""
    failures = 0
    try:
        for test in tests:
            if names and test.__name__ not in names:
                continue
            start = time.monotonic()
            try:
                test(world)
                print(f"ok     {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
            except Exception:
                failures += 1
                print(f"FAILED {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
                traceback.print_exc(file=sys.stdout)
                print(world.log_tail(), flush=True)
        if world.server.stop() != 0:
            print("FAILED the server did not end well")
            failures += 1
    finally:
        world.close()
    return 1 if failures else 0
