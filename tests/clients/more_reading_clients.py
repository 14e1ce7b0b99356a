"""neomutt, offlineimap, imapfilter and mpop: programs that keep a copy, or work by rules."""
import mailbox, os, re

import messages
from reading_clients import mail_files, run_on_terminal, server_state
from sending_clients import run, write
from server import PASSWORD


def neomutt_conf(server, a, cache):
    return write(server, "neomuttrc", f"""set imap_user="{server.address(a)}" imap_pass="{PASSWORD}"
set ssl_force_tls=yes certificate_file="{server.certificate}" ssl_ca_certificates_file="{server.certificate}"
set imap_condstore=yes imap_qresync=yes header_cache="{cache}" message_cachedir="{cache}.d"
set quit=yes confirmappend=no confirmcreate=no wait_key=no move=no delete=yes mark_old=no record="" postponed=""
set folder="{server.folder}" tmpdir="{server.folder}" mbox_type=mbox mail_check=5 timeout=5 sleep_time=0 abort_key="\\007"
""")


def neomutt(server, a, b):
    """With QRESYNC it asks only for what changed since its header cache was written."""
    cache = os.path.join(server.folder, "neomutt-cache")
    os.makedirs(cache)
    os.makedirs(cache + ".d")
    conf = neomutt_conf(server, a, cache)

    def visit(keys):
        run_on_terminal(["env", "HOME=" + server.folder, "neomutt", "-n", "-F", conf, "-f",
                         f"imaps://127.0.0.1:{server.port('imaps')}/INBOX", "-e", f'push "{keys}"'])

    for number in range(5):
        messages.put(server, a, messages.make(b, a, f"neomutt {number}")[1])
    visit("<quit>")
    assert os.listdir(cache), "no header cache"

    # Meanwhile one goes, one is flagged, and one comes.
    with messages.imap(server, a) as connection:
        connection.select("INBOX")
        connection.store("2", "+FLAGS.SILENT", "\\Deleted")
        connection.store("4", "+FLAGS.SILENT", "\\Flagged")
        connection.expunge()
    ident, text = messages.make(b, a, "neomutt 5")
    messages.put(server, a, text)
    out = os.path.join(server.folder, "neomutt.mbox")
    visit(f"<tag-pattern>~F<enter><tag-prefix><copy-message><kill-line>{out}<enter><quit>")
    with open(out, newline="") as file:
        assert re.findall("^Subject: (.*)$", file.read(), re.M) == ["neomutt 3"], "another one is flagged"
    os.remove(out)
    visit(f"<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>{out}<enter><quit>")
    with open(out, newline="") as file:
        found = re.findall("^Subject: (.*)$", file.read(), re.M)
    assert found == [f"neomutt {number}" for number in (0, 2, 3, 4, 5)], found

    # And what it changes is changed here.
    visit("<delete-pattern>~s neomutt.0<enter><sync-mailbox><quit>")
    left = "".join(messages.fetch_all(server, a))
    assert "Subject: neomutt 0" not in left and "Subject: neomutt 2" in left, left


def offlineimap(server, a, b):
    box = os.path.join(server.folder, "offlineimap")
    os.makedirs(box)
    conf = write(server, "offlineimaprc", f"""[general]
accounts = test
metadata = {box}.meta
[Account test]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {box}
[Repository far]
type = IMAP
remotehost = localhost
remoteport = {server.port('imaps')}
remoteuser = {server.address(a)}
remotepass = {PASSWORD}
ssl = yes
sslcacertfile = {server.certificate}
createfolders = False
""")
    sync = ["offlineimap", "-c", conf, "-u", "quiet", "-o"]
    env = dict(os.environ, HOME=server.folder)
    idents = []
    for number in range(4):
        ident, text = messages.make(b, a, f"offlineimap {number}")
        messages.put(server, a, text, flags="\\Seen" if number % 2 else "")
        idents.append(ident)
    run(sync, env=env)
    texts = "".join(open(file, newline="").read() for file in mail_files(box))
    assert all(ident in texts for ident in idents), "a message did not come down"

    before, files = server_state(server, a), mail_files(box)
    run(sync, env=env)
    assert server_state(server, a) == before and mail_files(box) == files, "a second run moved something"

    local = mailbox.Maildir(os.path.join(box, "INBOX"), create=False)
    keys = {local[key]["Subject"]: key for key in local.keys()}
    local.remove(keys["offlineimap 0"])
    flagged = local[keys["offlineimap 1"]]
    flagged.add_flag("F")
    local[keys["offlineimap 1"]] = flagged
    ident, text = messages.make(a, b, "offlineimap from the client")
    local.add(mailbox.MaildirMessage(text.replace("\r\n", "\n")))
    run(sync, env=env)
    messages.wait_for(server, a, ident)
    inbox = messages.fetch_all(server, a)
    assert len(inbox) == 4 and not any("Subject: offlineimap 0" in one for one in inbox), len(inbox)
    with messages.imap(server, a) as connection:
        connection.select("INBOX", readonly=True)
        assert len(connection.search(None, "FLAGGED")[1][0].split()) == 1, "the flag did not come up"


def imapfilter(server, a, b):
    """Rules: one moves, one flags, one deletes; folders are made and subscribed."""
    for number, subject in enumerate(("keep this", "file this", "mark this", "drop this")):
        messages.put(server, a, messages.make(b, a, subject)[1], flags="\\Seen" if number else "")
    conf = write(server, "imapfilter.lua", f"""options.timeout = 20
options.certificates = true
options.create = true
options.subscribe = true
account = IMAP {{ server = 'localhost', port = {server.port('imaps')}, ssl = 'auto',
  username = '{server.address(a)}', password = '{PASSWORD}' }}
inbox = account.INBOX
inbox:contain_subject('file this'):move_messages(account['filed/by rule'])
marked = inbox:is_seen() * inbox:contain_subject('mark')
marked:add_flags({{ '$Marked', '\\\\Flagged' }})
dropped = inbox:contain_field('Subject', 'drop') * inbox:is_smaller(100000)
dropped:delete_messages()
inbox:is_unseen():mark_seen()
boxes, folders = account:list_all()
assert(#boxes > 3)
exist, unread, unseen, uidnext = inbox:check_status()
assert(exist == 2 and unseen == 0, exist .. ' ' .. unseen)
""")
    home = os.path.join(server.folder, "imapfilter")
    os.makedirs(home)
    run(["imapfilter", "-c", conf, "-t", server.certificate], env=dict(os.environ, HOME=home))
    left = "".join(messages.fetch_all(server, a))
    assert "keep this" in left and "mark this" in left and "file this" not in left and "drop this" not in left, left
    messages.wait_for(server, a, "file this", mailbox='"filed/by rule"')
    with messages.imap(server, a) as connection:
        connection.select("INBOX", readonly=True)
        assert len(connection.search(None, "FLAGGED KEYWORD $Marked")[1][0].split()) == 1
        assert b"filed/by rule" in b"".join(connection.lsub()[1]), "not subscribed"


def mpop(server, a, b):
    """POP3 with UIDL: a message that stays is not fetched again, one that is taken goes."""
    ident, text = messages.make(b, a, "mpop reads")
    messages.put(server, a, text)
    out = os.path.join(server.folder, "mpop.mbox")
    for number, (port, tls, keep) in enumerate((("pop3s", "off", "on"), ("pop3s", "off", "on"), ("pop3", "on", "off"))):
        conf = write(server, "mpoprc", f"""account test
host 127.0.0.1
port {server.port(port)}
user {server.address(a)}
password {PASSWORD}
tls on
tls_starttls {tls}
tls_trust_file {server.certificate}
keep {keep}
delivery mbox {out}
uidls_file {server.folder}/mpop.uidls
""")
        os.chmod(conf, 0o600)
        run(["mpop", "-C", conf, "-a"], env=dict(os.environ, HOME=server.folder))
        with open(out, newline="") as file:
            assert file.read().count(ident) == 1, f"run {number}: not fetched once"
    assert messages.fetch_all(server, a) == [], "mpop removes what it may not keep"


ALL = [neomutt, offlineimap, imapfilter, mpop]
NEEDS = {"neomutt": "neomutt", "offlineimap": "offlineimap", "imapfilter": "imapfilter", "mpop": "mpop"}
