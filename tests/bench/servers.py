"""The servers that are measured, on loopback, each in a folder of its own with an empty store."""
import os, random, re, shutil, signal, socket, subprocess, time

import process
from dovecot import DOMAIN, PASSWORD, write_dovecot

USERS = 100


def free_port(offsets=(0,)):
    """A port below the ephemeral ones: a client's own end must not take it. Sums are free too."""
    while True:
        port = random.randrange(10000, 31000)
        try:
            for offset in offsets:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            continue


def wait_for_greeting(port, limit=30):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as peer:
                peer.settimeout(5)
                if peer.recv(100):
                    return
        except OSError:
            time.sleep(0.002)
    raise RuntimeError(f"port {port} did not greet")


class Server:
    """One measured server. roots: the processes this script started."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []

    @property
    def roots(self):
        return [p.pid for p in self.processes]

    def launch(self, command, **more):
        log = open(f"{self.folder}/out", "ab")
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more))

    def stop(self):
        for started in self.processes:
            mine = process.tree([started.pid], process.stats())
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
            end = time.monotonic() + 5
            left = [pid for pid in mine if pid != started.pid]
            while left and time.monotonic() < end:
                left = [pid for pid in left if os.path.exists(f"/proc/{pid}")]
                time.sleep(0.02)
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
        self.processes = []

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        self.prepare()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Mailctl(Server):
    name = "mailctl"

    def __init__(self, folder, binary):
        super().__init__(folder)
        self.binary = binary

    def run(self, *words, text=""):
        done = subprocess.run([self.binary, "-c", f"{self.folder}/mailctl.toml", *words], input=text,
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"mailctl {' '.join(words)}: {done.stderr}")
        return done.stdout

    def prepare(self):
        base = free_port((24, 25, 110, 143, 465, 587, 993, 995))
        self.smtp, self.imap, self.imaps, self.pop3 = base + 25, base + 143, base + 993, base + 110
        self.run("conf", "init", "-q", "--local", str(base), self.folder, "--domain", DOMAIN)
        # As Dovecot here: passwords in the clear on loopback, 1,000 connections from one address.
        # One line a message is logged on both sides.
        for key, value in (("listener[imap].plaintext_auth", "always"), ("listener[pop3].plaintext_auth", "always"),
                           ("limits.imap.connections", "0"), ("limits.imap.per_address", "0"), ("limits.smtp.per_address", "0"),
                           ("limits.message.per_session", "0"), ("log.target", "file"),
                           ("log.file", f"{self.folder}/mailctl.log")):
            self.run("conf", "set", "-q", key, value)
        # smtp-source -N counts its recipients: 1user, 2user, ... Each ends in one of 100 mailboxes.
        patterns = [(f"*{n:02d}user", n) for n in range(USERS)] + [(f"{n}user", n) for n in range(10)]
        with open(f"{self.folder}/directory.toml", "w") as out:
            out.write(f'[[domain]]\nname = "{DOMAIN}"\n')
            for pattern, n in patterns:
                out.write(f'[[alias]]\naddress = "{pattern}@{DOMAIN}"\n'
                          f'targets = ["user{n:03d}@{DOMAIN}"]\n')
        self.run("conf", "set", "-q", "directory.files", '["directory.toml"]')
        self.run("conf", "apply", "-q", "--yes")
        rows = "address,password\n" + "".join(f"user{n:03d}@{DOMAIN},{PASSWORD}\n" for n in range(USERS))
        self.run("import", "users", "-q", "-", text=rows)

    def start(self):
        begin = time.monotonic()
        self.launch([self.binary, "-c", f"{self.folder}/mailctl.toml", "serve"])
        wait_for_greeting(self.smtp)
        self.startup = time.monotonic() - begin
        wait_for_greeting(self.imap)

    def data(self):
        return f"{self.folder}/data"

    def arrived(self):
        return None  # a message is in its mailbox when smtp-source hears 250


class PostfixDovecot(Server):
    name = "postfix+dovecot"

    def prepare(self):
        self.smtp, self.imap, self.imaps, self.lmtp = (free_port() for _ in range(4))
        for part in ("etc", "spool", "data", "log", "mail", "dovecot"):
            os.makedirs(f"{self.folder}/{part}")
        shutil.chown(f"{self.folder}/data", "postfix")
        shutil.chown(f"{self.folder}/mail", "mail", "mail")
        self.write_postfix()
        write_dovecot(f"{self.folder}/dovecot", f"{self.folder}/mail",
                      {"imap": self.imap, "imaps": self.imaps, "lmtp": self.lmtp})

    def write_postfix(self, **other):
        """other: main.cf settings that replace these; a key given twice would be warned of by each process."""
        etc = f"{self.folder}/etc"
        for name in ("dynamicmaps.cf", "postfix-files"):
            if os.path.exists(f"/etc/postfix/{name}"):
                shutil.copy(f"/etc/postfix/{name}", etc)
        for name in ("dynamicmaps.cf.d", "postfix-files.d"):
            os.makedirs(f"{etc}/{name}", exist_ok=True)
        settings = {
            "compatibility_level": "3.6", "queue_directory": f"{self.folder}/spool",
            "data_directory": f"{self.folder}/data", "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin", "mail_owner": "postfix", "setgid_group": "postdrop",
            "myhostname": f"mx.{DOMAIN}", "mydestination": "", "mynetworks": "127.0.0.0/8",
            "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "disable_dns_lookups": "yes",
            "smtpd_peername_lookup": "no", "maillog_file": f"{self.folder}/log/maillog",
            "maillog_file_prefixes": "/tmp", "alias_maps": "", "alias_database": "", "local_recipient_maps": "",
            "virtual_mailbox_domains": DOMAIN, "virtual_alias_maps": f"regexp:{etc}/users",
            "virtual_transport": f"lmtp:inet:127.0.0.1:{self.lmtp}", "smtpd_tls_security_level": "none",
            "smtp_tls_security_level": "none", **other,
        }
        with open(f"{etc}/main.cf", "w") as out:
            out.writelines(f"{key} = {value}\n" for key, value in settings.items())
        with open(f"{etc}/users", "w") as out:
            out.write(f"/^([0-9])user@{DOMAIN}$/ user00$1@{DOMAIN}\n"
                      f"/^[0-9]*([0-9][0-9])user@{DOMAIN}$/ user0$1@{DOMAIN}\n")
        lines = open("/usr/share/postfix/master.cf.dist").read().splitlines()
        keep = [line for line in lines if line and not line.startswith("#") and not line[0].isspace()]
        with open(f"{etc}/master.cf", "w") as out:
            for line in keep:
                fields = line.split()
                if fields[:2] == ["smtp", "inet"]:
                    fields[0] = f"127.0.0.1:{self.smtp}"
                if fields[0] in ("maildrop", "uucp", "ifmail", "bsmtp", "scalemail-backend", "mailman"):
                    continue
                fields[4] = "n"  # no chroot
                out.write(" ".join(fields) + "\n")
        # Makes the spool's folders.
        subprocess.run(["postfix", "-c", etc, "check"], capture_output=True)

    def start(self):
        begin = time.monotonic()
        self.launch(["dovecot", "-F", "-c", f"{self.folder}/dovecot/dovecot.conf"])
        self.launch(["/usr/lib/postfix/sbin/master", "-c", f"{self.folder}/etc", "-d"],
                    env=dict(os.environ, MAIL_CONFIG=f"{self.folder}/etc"), start_new_session=True)
        wait_for_greeting(self.smtp)
        self.startup = time.monotonic() - begin
        wait_for_greeting(self.imap)
        wait_for_greeting(self.lmtp)

    def data(self):
        return f"{self.folder}/mail"

    def arrived(self):
        """Messages in mailboxes: sdbox keeps a file each."""
        count = 0
        for user in os.scandir(f"{self.folder}/mail"):
            try:
                names = os.listdir(f"{user.path}/sdbox/mailboxes/INBOX/dbox-Mails")
            except OSError:
                continue
            count += sum(name.startswith("u.") for name in names)
        return count


class Dovecot(Server):
    """Dovecot alone, as it is set up by default; location: "sdbox" or "maildir"."""

    def __init__(self, folder, location):
        super().__init__(folder)
        self.name, self.location = f"dovecot {location}", location

    def prepare(self):
        self.imap, self.imaps, self.pop3 = (free_port() for _ in range(3))
        for part in ("mail", "dovecot"):
            os.makedirs(f"{self.folder}/{part}")
        shutil.chown(f"{self.folder}/mail", "mail", "mail")
        self.configure()

    def configure(self, fsync="optimized"):
        write_dovecot(f"{self.folder}/dovecot", f"{self.folder}/mail",
                      {"imap": self.imap, "imaps": self.imaps, "pop3": self.pop3}, self.location, fsync)

    def start(self):
        begin = time.monotonic()
        self.launch(["dovecot", "-F", "-c", f"{self.folder}/dovecot/dovecot.conf"])
        wait_for_greeting(self.imap)
        self.startup = time.monotonic() - begin
        wait_for_greeting(self.pop3)

    def data(self):
        return f"{self.folder}/mail"


class Sink:
    """smtp-sink on a port of its own; counts what it took."""

    def __init__(self, folder):
        self.port = free_port()
        self.counted = f"{folder}/sink.count"
        self.out = open(self.counted, "wb")
        self.process = subprocess.Popen(["smtp-sink", "-u", "nobody", "-c", f"127.0.0.1:{self.port}", "2000"],
                                        stdin=subprocess.DEVNULL, stdout=self.out, stderr=subprocess.STDOUT)
        wait_for_greeting(self.port)

    def messages(self):
        """The last "mesg=" of its running line."""
        with open(self.counted, "rb") as text:
            text.seek(max(0, os.path.getsize(self.counted) - 400))
            found = re.findall(rb"mesg=(\d+)", text.read())
        return int(found[-1]) if found else 0

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.out.close()


class NoServer(Server):
    """smtp-source and smtp-sink without anything between them."""
    name = "smtp-sink"

    def prepare(self):
        self.sink = Sink(self.folder)
        self.smtp = self.sink.port

    @property
    def roots(self):
        return [self.sink.process.pid]

    def start(self):
        pass

    def __exit__(self, *stack):
        super().__exit__(*stack)
        self.sink.close()


class RelayMailctl(Mailctl):
    """Sends everything to the sink; one line a message is logged on both sides."""
    name = "mailctl"

    def prepare(self):
        self.sink = Sink(self.folder)
        base = free_port((24, 25, 110, 143, 465, 587, 993, 995))
        self.smtp, self.imap, self.imaps = base + 25, base + 143, base + 993
        self.run("conf", "init", "-q", "--local", str(base), self.folder, "--domain", DOMAIN)
        with open(f"{self.folder}/mailctl.toml", "a") as out:
            out.write(f'\n[[smart_host]]\nname = "sink"\nhosts = ["127.0.0.1:{self.sink.port}"]\ntls = "none"\n')
        for key, value in (("limits.smtp.per_address", "0"), ("limits.message.per_session", "0"),
                           ("access.trusted", '["127.0.0.1"]'), ("log.target", "file"),
                           ("log.file", f"{self.folder}/mailctl.log"), ("outbound.smart_hosts", '["sink"]'),
                           ("outbound.mode", "smart-host")):
            self.run("conf", "set", "-q", key, value)
        self.run("domain", "list")

    def __exit__(self, *stack):
        super().__exit__(*stack)
        self.sink.close()


class RelayPostfix(PostfixDovecot):
    name = "postfix"

    def prepare(self):
        self.sink = Sink(self.folder)
        self.smtp, self.lmtp = free_port(), free_port()
        for part in ("etc", "spool", "data", "log"):
            os.makedirs(f"{self.folder}/{part}")
        shutil.chown(f"{self.folder}/data", "postfix")
        self.write_postfix(virtual_mailbox_domains="", virtual_alias_maps="",
                           relayhost=f"[127.0.0.1]:{self.sink.port}", default_destination_concurrency_limit="20")
        subprocess.run(["postfix", "-c", f"{self.folder}/etc", "check"], capture_output=True)

    def start(self):
        begin = time.monotonic()
        self.launch(["/usr/lib/postfix/sbin/master", "-c", f"{self.folder}/etc", "-d"],
                    env=dict(os.environ, MAIL_CONFIG=f"{self.folder}/etc"), start_new_session=True)
        wait_for_greeting(self.smtp)
        self.startup = time.monotonic() - begin

    def __exit__(self, *stack):
        super().__exit__(*stack)
        self.sink.close()
