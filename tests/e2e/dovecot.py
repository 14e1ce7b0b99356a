"""Dovecot: takes mail by LMTP, and checks passwords for Postfix."""
import os, pwd

from peer import Maildirs

PROGRAM = "/usr/sbin/dovecot"
LMTP = "/usr/lib/dovecot/lmtp"
USER = "nobody"  # whose the maildirs are


class Dovecot(Maildirs):
    """Users without a domain; `password` is everybody's."""

    missing = (None if os.path.exists(PROGRAM) and os.path.exists(LMTP)
               else "Dovecot is not installed (package dovecot-lmtpd)")

    def __init__(self, users, password):
        super().__init__()
        account = pwd.getpwnam(USER)
        os.makedirs(self.path("mail"))
        os.chown(self.path("mail"), account.pw_uid, account.pw_gid)
        self.lmtp, self.auth = self.path("lmtp"), self.path("auth")
        users_file = self.write("users", "".join(
            f"{user}:{{PLAIN}}{password}:{account.pw_uid}:{account.pw_gid}::{self.path('mail', user)}\n" for user in users))
        self.conf = self.write("dovecot.conf", f"""
base_dir = {self.path("run")}
state_dir = {self.path("state")}
log_path = {self.path("log")}
protocols = lmtp
ssl = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
auth_username_format = %Ln
mail_location = maildir:{self.path("mail")}/%n
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = {users_file}
}}
userdb {{
  driver = passwd-file
  args = {users_file}
}}
protocol lmtp {{
  postmaster_address = postmaster@dovecot.test
}}
service lmtp {{
  unix_listener {self.lmtp} {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {self.auth} {{
    mode = 0666
  }}
}}
""")

    def start(self):
        self.launch([PROGRAM, "-F", "-c", self.conf])
        self.wait_for(self.lmtp)
