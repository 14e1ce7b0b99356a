"""curl, getmail, fetchmail, mbsync and mutt: programs that read."""
import mailbox, os, pty, select, subprocess, time

import messages
from sending_clients import RUN_SECONDS, run, write
from server import PASSWORD


def curl_imap(server, a, b):
    ident, text = messages.make(b, a, "curl reads IMAP")
    messages.put(server, a, text)
    for url, extra in ((f"imap://127.0.0.1:{server.port('imap')}", ["--ssl-reqd"]),
                       (f"imaps://127.0.0.1:{server.port('imaps')}", [])):
        login = ["--cacert", server.certificate, "--user", f"{server.address(a)}:{PASSWORD}"]
        found = run(["curl", "-sS", *extra, *login, url + "/INBOX?SUBJECT%20reads"])
        assert "SEARCH 1" in found, found
        assert run(["curl", "-sS", *extra, *login, url + "/INBOX;MAILINDEX=1"]).replace("\r\n", "\n") == \
            text.replace("\r\n", "\n")
        assert "Drafts" in run(["curl", "-sS", *extra, *login, url + "/"])


def curl_pop3(server, a, b):
    ident, text = messages.make(b, a, "curl reads POP3")
    messages.put(server, a, text)
    for url, extra in ((f"pop3://127.0.0.1:{server.port('pop3')}", ["--ssl-reqd"]),
                       (f"pop3s://127.0.0.1:{server.port('pop3s')}", [])):
        login = ["--cacert", server.certificate, "--user", f"{server.address(a)}:{PASSWORD}"]
        assert run(["curl", "-sS", *extra, *login, url + "/"]).startswith("1 ")
        for option in ([], ["--login-options", "AUTH=PLAIN"], ["--login-options", "AUTH=LOGIN"]):
            got = run(["curl", "-sS", *extra, *option, *login, url + "/1"])
            assert got.replace("\r\n", "\n") == text.replace("\r\n", "\n"), got


def maildir_files(path):
    return sorted(os.path.join(folder, file) for folder, _, files in os.walk(path) for file in files)


def getmail(server, a, b):
    for kind, port in (("SimplePOP3SSLRetriever", "pop3s"), ("SimpleIMAPSSLRetriever", "imaps")):
        ident, text = messages.make(b, a, f"getmail {kind}")
        messages.put(server, a, text)
        folder = os.path.join(server.folder, "getmail-" + port)
        os.makedirs(folder)
        out = os.path.join(folder, "mbox")
        conf = os.path.join(folder, "getmailrc")
        with open(conf, "w") as file:
            file.write(f"""[retriever]
type = {kind}
server = 127.0.0.1
port = {server.port(port)}
username = {server.address(a)}
password = {PASSWORD}
ca_certs = {server.certificate}
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat >> {out}")
allow_root_commands = true
[options]
delete = true
message_log = {folder}/log
""")
        run(["getmail", "--getmaildir", folder, "--rcfile", conf])
        with open(out, newline="") as file:
            assert file.read().count(ident) == 1, "not fetched"
        assert messages.fetch_all(server, a) == [], "getmail deletes what it took"


def getmail_leaving_mail(server, a, b):
    """A client that never deletes, and a user whose fetched mail goes all the same."""
    ident, text = messages.make(b, a, "getmail leaves it")
    messages.put(server, a, text)
    server.command("user", "set", server.address(a), "--setting", "pop3.delete_retrieved=true")
    folder = os.path.join(server.folder, "getmail-leaving")
    os.makedirs(folder)
    out = os.path.join(folder, "mbox")
    conf = os.path.join(folder, "getmailrc")
    with open(conf, "w") as file:
        file.write(f"""[retriever]
type = SimplePOP3SSLRetriever
server = 127.0.0.1
port = {server.port("pop3s")}
username = {server.address(a)}
password = {PASSWORD}
ca_certs = {server.certificate}
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat >> {out}")
allow_root_commands = true
[options]
delete = false
""")
    run(["getmail", "--getmaildir", folder, "--rcfile", conf])
    with open(out, newline="") as file:
        assert file.read().count(ident) == 1, "not fetched"
    assert messages.fetch_all(server, a) == [], "fetched mail is still there"
    server.command("mailbox", "undelete", "--user", server.address(a), "--since", "1h")
    assert len(messages.fetch_all(server, a)) == 1, "it did not come back"


def fetchmail(server, a, b):
    for protocol, port, tls in (("pop3", "pop3", "sslproto TLS1.2+"), ("pop3", "pop3s", "ssl"),
                                ("imap", "imaps", "ssl")):
        ident, text = messages.make(b, a, f"fetchmail {port}")
        messages.put(server, a, text)
        home = os.path.join(server.folder, "fetchmail-" + port)
        os.makedirs(home)
        out = os.path.join(home, "mbox")
        conf = write(server, "fetchmailrc", f"""poll localhost protocol {protocol} service {server.port(port)}
  user "{server.address(a)}" password "{PASSWORD}" {tls} sslcertck sslcertfile "{server.certificate}"
  mda "/bin/cat >> {out}"
""")
        env = dict(os.environ, FETCHMAILHOME=home, HOME=home)
        run(["fetchmail", "-f", conf, "--nosyslog", "--nodetach", "-v"], env=env)
        with open(out, newline="") as file:
            assert ident in file.read(), "not fetched"
        assert messages.fetch_all(server, a) == [], "fetchmail removes what it took"
        again = subprocess.run(["fetchmail", "-f", conf, "--nosyslog", "--nodetach"], env=env, capture_output=True)
        assert again.returncode == 1, f"status {again.returncode}: 1 is 'no mail'"


def mbsync_conf(server, a, box, tls):
    return write(server, "mbsyncrc", f"""IMAPAccount test
Host 127.0.0.1
Port {server.port('imaps' if tls == 'IMAPS' else 'imap')}
User {server.address(a)}
Pass {PASSWORD}
SSLType {tls}
CertificateFile {server.certificate}
SystemCertificates no

IMAPStore far
Account test

MaildirStore near
Path {box}/
Inbox {box}/INBOX
SubFolders Verbatim

Channel test
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")


def mail_files(box):
    """The messages of a Maildir tree; mbsync's own state beside them does not count."""
    return [path for path in maildir_files(box) if os.path.basename(os.path.dirname(path)) in ("cur", "new")]


def server_state(server, a):
    """What any change on the server would show in: UIDs, next UID and flags of every mailbox."""
    with messages.imap(server, a) as connection:
        state = []
        for row in connection.list()[1]:
            name = row.decode().rsplit(' "/" ', 1)[1]
            connection.select(name, readonly=True)
            state.append((name, connection.response("UIDNEXT")[1], connection.uid("FETCH", "1:*", "(FLAGS)")[1]))
        return state


def mbsync(server, a, b):
    box = os.path.join(server.folder, "mbsync")
    os.makedirs(box)
    idents = []
    for number in range(5):
        ident, text = messages.make(b, a, f"mbsync {number}")
        messages.put(server, a, text, flags="\\Seen" if number % 2 else "")
        idents.append(ident)
    ident, text = messages.make(b, a, "mbsync filed")
    messages.put(server, a, text, mailbox="Archive")
    conf = mbsync_conf(server, a, box, "IMAPS")
    run(["mbsync", "-c", conf, "-a"])
    files = mail_files(box)
    assert len(files) == 6, files
    texts = "".join(open(file, newline="").read() for file in files)
    assert all(one in texts for one in idents), "a message did not come down"

    # A second run moves nothing, on either side.
    before = server_state(server, a)
    run(["mbsync", "-c", conf, "-a"])
    assert mail_files(box) == files, "the second run changed the Maildir"
    assert server_state(server, a) == before, "the second run changed the server"

    # The other way: a new message, a flag and a removal made on the client's side.
    local = mailbox.Maildir(os.path.join(box, "INBOX"), create=False)
    ident, text = messages.make(a, b, "mbsync from the client")
    local.add(mailbox.MaildirMessage(text.replace("\r\n", "\n")))
    keys = {local[key]["Subject"]: key for key in local.keys()}
    local.remove(keys["mbsync 0"])
    flagged = local[keys["mbsync 1"]]
    flagged.add_flag("F")
    local[keys["mbsync 1"]] = flagged
    run(["mbsync", "-c", mbsync_conf(server, a, box, "STARTTLS"), "-a"])
    messages.wait_for(server, a, ident)
    inbox = messages.fetch_all(server, a)
    assert len(inbox) == 5 and not any("Subject: mbsync 0" in one for one in inbox), len(inbox)
    with messages.imap(server, a) as connection:
        connection.select("INBOX", readonly=True)
        assert len(connection.search(None, "FLAGGED")[1][0].split()) == 1, "the flag did not come up"
    files, before = mail_files(box), server_state(server, a)
    run(["mbsync", "-c", conf, "-a"])
    assert mail_files(box) == files and server_state(server, a) == before, "a later run moved something"

    # What the client removed comes back from the server, and down again.
    server.command("mailbox", "undelete", "--user", server.address(a), "--since", "1h", "subject:\"mbsync 0\"")
    run(["mbsync", "-c", conf, "-a"])
    texts = "".join(open(file, newline="").read() for file in mail_files(box))
    assert "Subject: mbsync 0" in texts, "the message that was brought back did not come down"


def mutt_conf(server, a):
    """Mutt 2.2 with GNU SASL takes SCRAM-SHA-256-PLUS where it is offered over TLS 1.3, has no
    tls-exporter to give it, and then tries nothing else when it sends: it must be told what to use."""
    return write(server, "muttrc", f"""set from="{server.address(a)}" use_from=yes realname="A" use_envelope_from=yes
set smtp_url="smtps://{server.address(a).replace('@', '%40')}@127.0.0.1:{server.port('smtps')}/"
set smtp_authenticators="scram-sha-256" smtp_pass="{PASSWORD}" imap_user="{server.address(a)}" imap_pass="{PASSWORD}"
set ssl_force_tls=yes certificate_file="{server.certificate}"
set ssl_ca_certificates_file="{server.certificate}"
set copy=no quit=yes confirmcreate=no confirmappend=no mbox_type=mbox wait_key=no move=no delete=yes
set header_cache="" message_cachedir="" tmpdir="{server.folder}" record="" postponed="" mail_check=5
set timeout=5 sleep_time=0 auto_tag=no markers=no
""")


def run_on_terminal(words, seconds=RUN_SECONDS):
    """Runs a program that wants a terminal, throwing away what it draws."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm", LINES="24", COLUMNS="80")
        os.execvp(words[0], words)
    seen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            break
        seen += more
    else:
        os.kill(child, 15)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"{words[0]}: {seen[-1500:].decode(errors='replace')}"


def mutt(server, a, b):
    conf = mutt_conf(server, a)
    subject = "mutt sends " + str(time.time_ns())
    run(["mutt", "-n", "-F", conf, "-s", subject, server.address(b)], input=b"Hello from mutt.\n.dot\n",
        env=dict(os.environ, HOME=server.folder, TERM="dumb"))
    arrived = messages.wait_for(server, b, subject)[0]
    assert "Hello from mutt.\r\n.dot\r\n" in arrived, arrived

    ident, text = messages.make(b, a, "mutt reads")
    messages.put(server, a, text)
    out = os.path.join(server.folder, "mutt.mbox")
    run_on_terminal(["env", "HOME=" + server.folder, "mutt", "-n", "-F", conf, "-f",
                     f"imaps://127.0.0.1:{server.port('imaps')}/INBOX", "-e",
                     f'push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>{out}<enter><quit>"'])
    with open(out, newline="") as file:
        assert ident in file.read(), "mutt did not copy the message"


ALL = [curl_imap, curl_pop3, getmail, getmail_leaving_mail, fetchmail, mbsync, mutt]
NEEDS = {"curl_imap": "curl", "curl_pop3": "curl", "getmail": "getmail", "getmail_leaving_mail": "getmail", "fetchmail": "fetchmail",
         "mbsync": "mbsync", "mutt": "mutt"}
