"""Exim as a receiving server. Debian's package cannot be installed beside Postfix's: it is unpacked by .ci/packages."""
import os, pwd

from peer import Maildirs

FOLDER = "/usr/local/lib/mailctl-tests/exim4-daemon-light"
PROGRAM = next((path for path in ("/usr/sbin/exim4", f"{FOLDER}/usr/sbin/exim4") if os.path.exists(path)), None)
USER = "Debian-exim"  # compiled in


def what_is_missing():
    if PROGRAM is None:
        return "Exim is not installed (package exim4-daemon-light, or .ci/packages test)"
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return f"Exim cannot run: there is no user {USER} (.ci/packages test)"
    return None


class Exim(Maildirs):
    """Mailboxes of one domain at one address. (Its log says "L." of pipelining clients as of others.)"""

    missing = what_is_missing()

    def __init__(self, address, port, domain, users, certificate, message_octets):
        super().__init__()
        self.address, self.port = address, port
        for part in ("spool", "mail", "log"):
            os.makedirs(self.path(part))
            os.chown(self.path(part), pwd.getpwnam(USER).pw_uid, -1)
        for name in certificate:
            os.chmod(name, 0o644)
        self.conf = self.write("exim.conf", f"""
exim_path = {PROGRAM}
keep_environment =
primary_hostname = mx.{domain}
spool_directory = {self.path("spool")}
log_file_path = {self.path("log", "%s")}
pid_file_path = {self.path("exim.pid")}
log_selector = +pipelining +smtp_confirmation +received_recipients
local_interfaces = {address}
daemon_smtp_ports = {port}
domainlist local_domains = {domain}
localpartlist users = {" : ".join(users)}
message_size_limit = {message_octets}
check_spool_space = 0
check_spool_inodes = 0
smtp_check_spool_space = false
tls_advertise_hosts = *
tls_certificate = {certificate[0]}
tls_privatekey = {certificate[1]}
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
chunking_advertise_hosts = *
acl_smtp_connect = connected
acl_smtp_rcpt = recipient
acl_smtp_data = accept
begin acl
connected:
  accept control = dkim_disable_verify
recipient:
  deny !domains = +local_domains
  deny message = No such mailbox
       !local_parts = +users
  accept
begin routers
mailbox:
  driver = accept
  domains = +local_domains
  local_parts = +users
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {self.path("mail")}/$local_part_data
  create_directory
  user = {USER}
""")

    def start(self):
        self.launch([PROGRAM, "-bdf", "-C", self.conf])
        self.wait_for(self.address, self.port)
