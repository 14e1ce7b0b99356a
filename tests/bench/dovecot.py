"""Dovecot's configuration: its defaults, on loopback, with one password for everybody."""
import os, subprocess

DOMAIN = "bench.test"
PASSWORD = "bench-password"
LOCATIONS = {"sdbox": "sdbox:~/sdbox", "maildir": "maildir:~/Maildir"}


def listeners(service, ports):
    """ports: protocol -> port; what is not named does not listen."""
    text = ""
    for name in {"imap": ("imap", "imaps"), "pop3": ("pop3", "pop3s")}[service]:
        tls = "    ssl = yes\n" if name.endswith("s") and name in ports else ""
        text += f"  inet_listener {name} {{\n    port = {ports.get(name, 0)}\n{tls}  }}\n"
    return text


def write_dovecot(home, mail, ports, location="sdbox", fsync="optimized"):
    certificate, key = f"{home}/certificate.pem", f"{home}/key.pem"
    if not os.path.exists(key):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
    protocols = ["imap"] + [name for name in ("pop3", "lmtp") if name in ports]
    lmtp = f"""
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {ports["lmtp"]}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{DOMAIN}
}}
""" if "lmtp" in ports else ""
    pop3 = f"""
service pop3-login {{
{listeners("pop3", ports)}}}
""" if "pop3" in ports else ""
    open(f"{home}/dovecot.conf", "w").write(f"""
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
info_log_path = {home}/info
listen = 127.0.0.1
protocols = {" ".join(protocols)}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = {LOCATIONS[location]}
mail_fsync = {fsync}
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 20000
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={mail}/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  process_limit = 20000
{listeners("imap", ports)}}}
service imap {{
  process_limit = 20000
}}
service stats {{
  client_limit = 50000
}}
service anvil {{
  client_limit = 50000
}}
service auth {{
  client_limit = 50000
}}
{lmtp}{pop3}""")
