"""A server of one's own on loopback: made by `mailctl conf init --local`, gone at the end."""
import os, shutil, signal, socket, ssl, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixture"))

import ports

STANDARD = {"lmtp": 24, "smtp": 25, "pop3": 110, "imap": 143, "smtps": 465, "submission": 587,
            "imaps": 993, "pop3s": 995}
DOMAIN = "example.org"
PASSWORD = "correct-horse-9"


START_LOOKS = 3000  # a fiftieth of a second after one another
STOP_SECONDS = 30  # it takes one; a loaded machine takes its time


class Server:
    def __init__(self, mailctl, users):
        self.mailctl = mailctl
        self.folder = tempfile.mkdtemp(prefix="mailctl-clients-")
        self.base = ports.take(STANDARD.values())
        self.conf = os.path.join(self.folder, "server", "mailctl.toml")
        self.certificate = os.path.join(self.folder, "server", "tls", "certificate.pem")
        self.process = None
        self.log = open(os.path.join(self.folder, "serve.log"), "wb")
        self.command("conf", "init", "-q", "--local", str(self.base), os.path.dirname(self.conf),
                     "--domain", DOMAIN)
        # No question leaves this machine: nobody answers there, and mail for others waits.
        self.command("conf", "set", "-q", "dns.servers", '["127.0.0.1:9"]')
        self.start()
        if subprocess.run([mailctl, "-c", self.conf, "domain", "show", DOMAIN], capture_output=True).returncode:
            self.command("domain", "add", DOMAIN, "-q")
        for user in users:
            self.command("user", "add", self.address(user), "--password-stdin", "-q", stdin=PASSWORD + "\n")

    def run(self, *words, stdin=""):
        return subprocess.run([self.mailctl, "-c", self.conf, *words], input=stdin, text=True,
                              capture_output=True, timeout=60)

    def command(self, *words, stdin=""):
        done = self.run(*words, stdin=stdin)
        if done.returncode != 0:
            raise AssertionError(f"mailctl {' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def start(self):
        self.process = subprocess.Popen([self.mailctl, "-c", self.conf, "serve"], stdout=self.log,
                                        stderr=self.log)
        looks = 0
        for name in STANDARD:
            while not self.listens(name):
                looks += 1
                if self.process.poll() is not None or looks > START_LOOKS:
                    raise AssertionError("the server did not start:\n" + self.log_tail())
                time.sleep(0.02)

    def listens(self, name):
        try:
            socket.create_connection(("127.0.0.1", self.port(name)), timeout=5).close()
            return True
        except OSError:
            return False

    def port(self, name):
        return self.base + STANDARD[name]

    @staticmethod
    def address(user):
        return f"{user}@{DOMAIN}"

    def tls(self):
        """Trusts this server's certificate and no other, and checks its name."""
        return ssl.create_default_context(cafile=self.certificate)

    def log_tail(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            noise = (" info admin command ", " login user=", " logout user=")
            lines = [line for line in log if not any(part in line for part in noise)]
        return "".join(lines[-100:])

    def stop(self):
        """Ends the server; gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return -9

    def clean(self):
        if self.process and self.process.poll() is None:
            self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
