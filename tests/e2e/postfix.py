"""Postfix as a receiving server."""
import os, pwd, shutil, subprocess

from peer import Maildirs

MASTER = "/usr/lib/postfix/sbin/master"
USER = "nobody"  # whose the maildirs are


class Postfix(Maildirs):
    """Mailboxes of some domains at one address; its own mail for anybody else goes to `relay`."""

    missing = None if os.path.exists(MASTER) else "Postfix is not installed (package postfix)"

    def __init__(self, address, port, domains, users, certificate, relay, message_octets, sasl=None):
        super().__init__()
        self.address, self.port, self.domains, self.users = address, port, domains, users
        for part in ("etc", "spool", "data", "mail"):
            os.makedirs(self.path(part))
        shutil.chown(self.path("data"), "postfix")
        shutil.chown(self.path("mail"), USER)
        for name in ("dynamicmaps.cf", "postfix-files"):
            if os.path.exists(f"/etc/postfix/{name}"):
                shutil.copy(f"/etc/postfix/{name}", self.path("etc"))
        for name in ("dynamicmaps.cf.d", "postfix-files.d"):
            os.makedirs(self.path("etc", name))
        self.write_main(certificate, relay, message_octets, sasl)
        self.write_master()
        subprocess.run(["postfix", "-c", self.path("etc"), "check"], capture_output=True)  # makes the spool's folders

    def write_main(self, certificate, relay, message_octets, sasl):
        account = pwd.getpwnam(USER)
        boxes = self.write("etc/boxes", "".join(f"{user}@{domain} {user}/\n" for user in self.users for domain in self.domains))
        settings = {
            "compatibility_level": "3.6", "queue_directory": self.path("spool"), "data_directory": self.path("data"),
            "command_directory": "/usr/sbin", "daemon_directory": os.path.dirname(MASTER), "mail_owner": "postfix",
            "setgid_group": "postdrop", "myhostname": f"mx.{self.domains[0]}", "mydestination": "", "mynetworks": "",
            "inet_interfaces": "loopback-only", "inet_protocols": "ipv4", "disable_dns_lookups": "yes",
            "smtpd_peername_lookup": "no", "maillog_file": self.path("log"), "maillog_file_prefixes": self.folder,
            "alias_maps": "", "alias_database": "", "local_recipient_maps": "", "relayhost": f"[{relay[0]}]:{relay[1]}",
            "virtual_mailbox_domains": " ".join(self.domains), "virtual_mailbox_base": self.path("mail"),
            "virtual_mailbox_maps": f"texthash:{boxes}", "virtual_uid_maps": f"static:{account.pw_uid}",
            "virtual_gid_maps": f"static:{account.pw_gid}", "virtual_minimum_uid": "1",
            "smtpd_relay_restrictions": "reject_unauth_destination", "smtpd_tls_security_level": "may",
            "smtpd_tls_cert_file": certificate[0], "smtpd_tls_key_file": certificate[1], "smtpd_tls_loglevel": "1",
            "smtp_tls_security_level": "none", "smtpd_tls_received_header": "yes",
            "message_size_limit": message_octets, "virtual_mailbox_limit": "0",
            "smtpd_sasl_type": "dovecot", "smtpd_sasl_path": sasl or "none", "smtpd_tls_auth_only": "yes",
        }
        self.write("etc/main.cf", "".join(f"{key} = {value}\n" for key, value in settings.items()))

    def write_master(self):
        """Debian's list of services, on another port and without a chroot."""
        with open("/usr/share/postfix/master.cf.dist") as dist:
            lines = [line.split() for line in dist if line[0] not in "# \n\t"]
        services = []
        for fields in lines:
            if "pipe" in fields[7:8]:
                continue
            if fields[:2] == ["smtp", "inet"]:
                fields[0] = f"{self.address}:{self.port}"
            fields[4] = "n"
            services.append(" ".join(fields) + "\n")
        self.write("etc/master.cf", "".join(services))

    def add_service(self, address, port, *options):
        """Another address of the same server, where these settings are different."""
        with open(self.path("etc/master.cf"), "a") as out:
            out.write(f"{address}:{port} inet n - n - - smtpd" + "".join(f" -o {option}" for option in options) + "\n")

    def start(self):
        self.launch([MASTER, "-c", self.path("etc"), "-d"], env=dict(os.environ, MAIL_CONFIG=self.path("etc")))
        self.wait_for(self.address, self.port)
