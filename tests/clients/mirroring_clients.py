"""interimap, dsync and mailutil: programs that carry whole mailboxes between two servers."""
import os, pty, re, select, shutil, signal, subprocess, time

import messages
from sending_clients import RUN_SECONDS, run, write
from server import PASSWORD

NOBODY = 65534


def fill(server, a, b):
    """Two mailboxes with names that need care, and messages with flags in three."""
    with messages.imap(server, a) as connection:
        for name in ("R&-D", "Entw&APw-rfe/&AMQ-"):
            connection.create(f'"{name}"')
            connection.subscribe(f'"{name}"')
        for number in range(12):
            text = messages.make(b, a, f"mirrored {number}")[1].encode()
            name = ("INBOX", '"R&-D"', '"Entw&APw-rfe/&AMQ-"')[number % 3]
            connection.append(name, "(\\Seen $Work)" if number % 2 else None, None, text)


def content(server, user):
    """Subjects and flags of every mailbox, whatever the UIDs."""
    found = {}
    with messages.imap(server, user) as connection:
        for row in connection.list()[1]:
            name = row.decode().rsplit(' "/" ', 1)[1]
            connection.select(name, readonly=True)
            rows = connection.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
            found[name] = sorted((part[1].decode().strip(), flags_of(part[0].decode()))
                                 for part in rows if isinstance(part, tuple))
    return found


def flags_of(row):
    return tuple(sorted(flag for flag in re.search(r"FLAGS \(([^)]*)\)", row).group(1).split() if flag != "\\Recent"))


def interimap(server, a, b):
    """Both ways with QRESYNC; one side in the clear with STARTTLS and COMPRESS. NOTIFY in the end."""
    folder = os.path.join(server.folder, "interimap")
    os.makedirs(folder)
    account = f"""host = localhost
password = {PASSWORD}
SSL_CAfile = {server.certificate}
SSL_hostname = localhost
"""
    conf = write(server, "interimap/config", f"""database = {folder}/state.db
list-mailbox = *
[local]
type = imaps
port = {server.port('imaps')}
username = {server.address(a)}
{account}[remote]
type = imap
STARTTLS = YES
compress = YES
port = {server.port('imap')}
username = {server.address(b)}
{account}""")
    words = ["interimap", "--config", conf]
    env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder)
    fill(server, a, b)
    messages.put(server, b, messages.make(a, b, "from the other side")[1])
    run(words, env=env)
    assert content(server, a) == content(server, b), "the sides differ after the first run"
    assert len(content(server, a)["INBOX"]) == 5

    with messages.imap(server, a) as connection:
        connection.select("INBOX")
        connection.store("1:2", "+FLAGS.SILENT", "\\Deleted")
        connection.expunge()
        connection.store("1", "+FLAGS.SILENT", "\\Flagged")
    with messages.imap(server, b) as connection:
        connection.select('"R&-D"')
        connection.store("2", "+FLAGS.SILENT", "\\Answered")
        connection.copy("1", "Archive")
        connection.store("1", "+FLAGS.SILENT", "\\Deleted")
        connection.expunge()
    run(words, env=env)
    merged = content(server, a)
    assert merged == content(server, b), "the sides differ after changes on both"
    assert (len(merged["INBOX"]), len(merged["R&-D"]), len(merged["Archive"])) == (3, 3, 1), merged
    run(words + ["--repair"], env=env)
    assert merged == content(server, a) == content(server, b), "a repair found something"

    watching = subprocess.Popen(words + ["--watch=60", "--notify"], env=env, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        ident, text = messages.make(b, a, "while it watches")
        messages.put(server, a, text, mailbox="Drafts")
        messages.wait_for(server, b, ident, mailbox="Drafts")
    finally:
        watching.send_signal(signal.SIGTERM)
        watching.wait(timeout=20)


def dsync(server, a, b):
    """Dovecot's, which reads another server as a client and keeps its UIDs. It refuses to be root."""
    is_root = os.geteuid() == 0
    folder = os.path.join(server.folder, "dsync")
    for name in ("run", "mail", "home"):
        os.makedirs(os.path.join(folder, name))
    shutil.copy(server.certificate, os.path.join(folder, "ca.pem"))
    uid, gid = (NOBODY, NOBODY) if is_root else (os.geteuid(), os.getegid())
    conf = write(server, "dsync/conf", f"""base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
mail_location = mdbox:{folder}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
protocols =
namespace inbox {{
  inbox = yes
  separator = /
}}
imapc_host = 127.0.0.1
imapc_port = {server.port('imaps')}
imapc_ssl = imaps
imapc_ssl_verify = no
ssl_client_ca_file = {folder}/ca.pem
imapc_user = {server.address(a)}
imapc_password = {PASSWORD}
imapc_features = rfc822.size fetch-headers search modseq delay-login fetch-bodystructure
""", 0o644)
    words = ["env", "USER=any", f"HOME={folder}/home", "doveadm", "-c", conf]
    if is_root:
        run(["chown", "-R", f"{uid}:{gid}", folder])
        os.chmod(server.folder, 0o755)
        words = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"] + words
    fill(server, a, b)
    run(words + ["backup", "-R", "imapc:"])
    assert uids(run(words + ["fetch", "uid", "mailbox", "INBOX"])) == [1, 2, 3, 4]
    assert uids(run(words + ["fetch", "uid", "mailbox", "R&D", "keyword", "$Work"])) == [1, 3]

    with messages.imap(server, a) as connection:
        connection.select("INBOX")
        connection.store("2", "+FLAGS.SILENT", "\\Deleted")
        connection.expunge()
        connection.store("1", "+FLAGS.SILENT", "\\Flagged")
    run(words + ["backup", "-R", "imapc:"])
    assert uids(run(words + ["fetch", "uid", "mailbox", "INBOX"])) == [1, 3, 4]
    assert uids(run(words + ["fetch", "uid", "mailbox", "INBOX", "flagged"])) == [1]
    there = words + ["-o", f"mail_location=imapc:{folder}/seen"]
    assert uids(run(there + ["fetch", "uid", "mailbox", "Entwürfe/Ä", "header", "subject", "mirrored 5"])) == [2]
    assert '("charset" "utf-8")' in run(there + ["fetch", "imap.bodystructure", "mailbox", "INBOX", "uid", "1"])


def uids(said):
    return [int(number) for number in re.findall(r"^uid: (\d+)$", said, re.M)]


def mailutil(server, a, b):
    """The oldest client library: it makes, renames, copies, searches, removes."""
    def box(user, name):
        return f"{{localhost:{server.port('imaps')}/imap/ssl/novalidate-cert/user={server.address(user)}}}{name}"

    fill(server, a, b)
    assert "4 total" in with_password(server, "check", box(a, "INBOX"))
    with_password(server, "create", box(a, "made"))
    with_password(server, "rename", box(a, "made"), box(a, "made again"))
    with_password(server, "copy", box(a, "INBOX"), box(b, "copied"))
    assert "1 message(s) purged" in with_password(server, "prune", box(a, "INBOX"), 'SUBJECT "mirrored 6"')
    mine, other = content(server, a), content(server, b)
    assert len(other["copied"]) == 4 and '"made again"' in mine and len(mine["INBOX"]) == 3, (mine, other)
    assert mine["INBOX"][0] in other["copied"], "flags come with a copy"
    with_password(server, "delete", box(a, "made again"))
    assert '"made again"' not in content(server, a)


def with_password(server, *words):
    """What mailutil says, which asks for passwords on a terminal only."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(HOME=server.folder)
        os.execvp("mailutil", ["mailutil", *words])
    said, asked, end = b"", 0, time.monotonic() + RUN_SECONDS
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            break
        said += more
        if said.count(b"password:") > asked:
            asked += 1
            os.write(terminal, PASSWORD.encode() + b"\n")
    else:
        os.kill(child, signal.SIGKILL)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    text = said.decode(errors="replace")
    assert os.WIFEXITED(status) and "[" not in text, f"mailutil {' '.join(words)}: {text}"
    return text


ALL = [interimap, dsync, mailutil]
NEEDS = {"interimap": "interimap", "dsync": "doveadm", "mailutil": "mailutil"}
