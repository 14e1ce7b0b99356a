"""IMAP and POP3 beside Dovecot: what clients ask of large mailboxes, and what idle ones cost."""
import concurrent.futures, hashlib, imaplib, json, os, resource, shutil, socket, ssl, statistics, subprocess, time

import process, servers

USER = f"user000@{servers.DOMAIN}"
MESSAGE_OCTETS, LARGE_MESSAGE_OCTETS = 10240, 2048
ENVELOPE = "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
FIELDS = "BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE)]"
# What is asked of both servers in this order: name, instruction for bench_mail, figure that counts.
# {n}: messages; {few}: a tenth of them; {some}: half.
ROWS = (
    ("SELECT", "run SELECT INBOX", "ms"),
    ("FETCH FLAGS", "run FETCH 1:* (FLAGS)", "ms"),
    ("FETCH ENVELOPE BODYSTRUCTURE, cold", f"run {ENVELOPE}", "ms"),
    ("FETCH ENVELOPE BODYSTRUCTURE, warm", f"run {ENVELOPE}", "ms"),
    ("FETCH BODY[] all", "run FETCH 1:* (BODY.PEEK[])", "ms"),
    ("FETCH BODY[] one by one", "each 1 {few} FETCH %d (BODY.PEEK[])", "p50"),
    ("FETCH BODY[] 16 in flight", "each 16 {n} FETCH %d (BODY.PEEK[])", "ms"),
    ("FETCH random header fields", f"random 1 {{few}} {{n}} FETCH %d ({FIELDS})", "p50"),
    ("SEARCH TEXT, first", "run SEARCH TEXT xylophonist", "ms"),
    ("SEARCH TEXT", "run SEARCH TEXT xylophonist", "ms"),
    ("SEARCH SUBJECT", 'run SEARCH SUBJECT "number 7"', "ms"),
    ("SEARCH FROM", "run SEARCH FROM sender33", "ms"),
    ("SEARCH TEXT, part of a word", "run SEARCH TEXT lophoni", "ms"),
    ("SEARCH BODY, several words", 'run SEARCH BODY "xylophonist plays"', "ms"),
    ("SEARCH UNSEEN", "run SEARCH UNSEEN", "ms"),
    ("SORT SUBJECT", "run SORT (SUBJECT) UTF-8 ALL", "ms"),
    ("SORT DATE", "run SORT (REVERSE DATE) UTF-8 ALL", "ms"),
    ("THREAD REFERENCES", "run THREAD REFERENCES UTF-8 ALL", "ms"),
    ("STORE on all", r"run STORE 1:* +FLAGS (\Answered)", "ms"),
    ("STORE.SILENT on all", r"run STORE 1:* -FLAGS.SILENT (\Answered)", "ms"),
    (None, "run CREATE copies", "ms"),
    ("COPY 1,000", "run COPY 1:1000 copies", "ms"),
    ("MOVE 1,000", "run MOVE 1001:2000 copies", "ms"),
    (None, r"run STORE 1:{some} +FLAGS.SILENT (\Deleted)", "ms"),
    ("EXPUNGE half", "run EXPUNGE", "ms"),
    (None, "run CREATE appended", "ms"),
    ("APPEND one by one", "append appended 1 {some} {octets}", "ms"),
    ("MULTIAPPEND of 100", "multiappend appended 1 {some} {octets} 100", "ms"),
    ("NOOP", "each 1 2000 NOOP", "p50"),
    ("IDLE wake-up after APPEND", "idle INBOX 20 {octets} {port} {user} {password}", "p50"),
)
# Of the large mailbox: what is listed, sought and sorted whole.
LARGE_ROWS = ("SELECT", "FETCH FLAGS", "FETCH ENVELOPE BODYSTRUCTURE, cold", "FETCH ENVELOPE BODYSTRUCTURE, warm",
              "FETCH random header fields", "SEARCH SUBJECT", "SEARCH FROM", "SEARCH TEXT, first", "SEARCH TEXT",
              "SEARCH TEXT, part of a word", "SEARCH UNSEEN", "SORT SUBJECT", "SORT DATE", "THREAD REFERENCES", "NOOP")
# Answers are compared: as many messages, whoever is asked.
COUNTED = ("SEARCH SUBJECT", "SEARCH FROM", "SEARCH TEXT", "SEARCH TEXT, part of a word", "SEARCH BODY, several words",
           "SORT SUBJECT")


class Client:
    """bench_mail on one IMAP connection."""

    def __init__(self, program, server, user=USER):
        self.server = server
        self.process = subprocess.Popen([program, "imap", str(server.imap), user, servers.PASSWORD],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def tell(self, instruction):
        before = process.cpu_seconds(self.server.roots)
        self.process.stdin.write(instruction + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.server.name}: bench_mail ended at: {instruction}")
        result = json.loads(answer)
        result["cpu"] = (process.cpu_seconds(self.server.roots) - before) * 1000
        return result


def capabilities(server):
    with imaplib.IMAP4("127.0.0.1", server.imap) as client:
        client.login(USER, servers.PASSWORD)
        return client.capability()[1][0].decode().split()


def fill(program, server, count, octets):
    """Without syncs where the server can be told so; it is started anew before it is measured."""
    if isinstance(server, servers.Dovecot):
        server.stop()
        server.configure(fsync="never")
        server.start()
    with Client(program, server) as client:
        together = "MULTIAPPEND" in capabilities(server)
        client.tell(f"multiappend INBOX 1 {count} {octets} 100" if together else f"fill INBOX 1 {count} {octets}")
    server.stop()
    if isinstance(server, servers.Dovecot):
        server.configure()


def kept_at(keep, server, count, octets):
    """Where a filled store is kept; one of mailctl is good for the program that wrote it only."""
    name = f"{server.name}-{count}-{octets}".replace(" ", "-")
    if isinstance(server, servers.Mailctl):
        with open(server.binary, "rb") as program:
            name += "-" + hashlib.file_digest(program, "sha256").hexdigest()[:12]
    return f"{keep}/{name}"


def fill_once(program, server, count, octets, keep):
    """Leaves the server started anew over a full mailbox, filled now or in a run before."""
    kept = keep and kept_at(keep, server, count, octets)
    if not kept or not os.path.exists(kept):
        fill(program, server, count, octets)
        if kept:
            os.makedirs(keep, exist_ok=True)
            subprocess.run(["cp", "-a", server.data(), f"{kept}.part"], check=True)
            os.rename(f"{kept}.part", kept)
    else:
        server.stop()
        shutil.rmtree(server.data())
        subprocess.run(["cp", "-a", kept, server.data()], check=True)
    os.sync()
    server.start()


def prepared_index(server, say):
    """Waits until mailctl's full-text index holds all of the user's messages; gives the CPU seconds it took."""
    if not isinstance(server, servers.Mailctl):
        return
    before, begin = process.cpu_seconds(server.roots), time.monotonic()
    server.run("fts", "update", USER)
    say(f"mailctl: full-text index, {time.monotonic() - begin:.1f} s, "
        f"{process.cpu_seconds(server.roots) - before:.1f} s of CPU")


def measure(program, server, count, octets, names, keep, tools):
    """Gives name -> (figure, CPU ms, client's CPU ms, words of the answer)."""
    say = tools.say
    fill_once(program, server, count, octets, keep)
    tools.quiet()
    has = capabilities(server)
    values = {"n": count, "few": max(count // 10, 100), "some": count // 2, "octets": octets, "port": server.imap,
              "user": USER, "password": servers.PASSWORD}
    figures = {}
    with Client(program, server) as client:
        for name, instruction, figure in ROWS:
            if name and names and name not in names or name is None and names:
                continue
            if name == "MULTIAPPEND of 100" and "MULTIAPPEND" not in has:
                continue
            if name == "SEARCH TEXT":
                prepared_index(server, say)
            result = client.tell(instruction.format(**values))
            if name:
                figures[name] = (result[figure], result["cpu"], result["client_ms"], result["words"])
    return figures


def download(program, server):
    figures = {}
    for depth in (1, 16):
        before = process.cpu_seconds(server.roots)
        done = subprocess.run([program, "pop3", str(server.pop3), USER, servers.PASSWORD, str(depth)],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{server.name}: {done.stderr}")
        result = json.loads(done.stdout)
        figures[f"POP3 download, {depth} in flight"] = (
            result["ms"], (process.cpu_seconds(server.roots) - before) * 1000, result["client_ms"], 0)
    return figures


def compare(ours, theirs, say):
    for name in COUNTED:
        if name in ours and ours[name][3] != theirs[name][3]:
            say(f"{name}: {ours[name][3]} words answered, the peer's {theirs[name][3]}")


def summary(workload, metrics):
    """The median row, and what is slower: of what clients wait for, not of CPU."""
    ratios = {name: statistics.median(ours / theirs for ours, theirs in pairs if theirs)
              for name, pairs in metrics.items() if not name.endswith(": CPU") and any(p[1] for p in pairs)}
    slower = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items(), key=lambda r: -r[1]) if ratio > 1)
    cpu = [sum(p[0] for p in pairs) / max(sum(p[1] for p in pairs), 0.001)
           for name, pairs in metrics.items() if name.endswith(": CPU") and sum(p[1] for p in pairs) >= 20]
    cpu = f", of CPU {statistics.median(cpu):.2f}" if cpu else ""
    return (f"{workload}: median ratio {statistics.median(ratios.values()):.2f} of {len(ratios)} rows{cpu}; "
            f"slower: {slower or 'none'}")


def prepare(folder, binary, program, counts, keep, tools):
    """Fills the stores that imap() will measure, two at a time."""
    def one(number, make, count, octets):
        with make(f"{folder}/prepare{number}") as server:
            begin = time.monotonic()
            if os.path.exists(kept_at(keep, server, count, octets)):
                return
            fill_once(program, server, count, octets, keep)
            tools.say(f"{server.name}: {count} messages of {octets} octets in {time.monotonic() - begin:.0f} s")
    makes = [lambda f: servers.Mailctl(f, binary), lambda f: servers.Dovecot(f, "sdbox"),
             lambda f: servers.Dovecot(f, "maildir")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        work = [pool.submit(one, n, make, count, octets)
                for n, (count, octets, make) in enumerate(
                    (count, octets, make) for count, octets in zip(counts, (MESSAGE_OCTETS, LARGE_MESSAGE_OCTETS))
                    for make in makes)]
        for done in work:
            done.result()


def imap(folder, binary, program, rounds, counts, keep, tools):
    """counts: messages of the mailbox and of the large one. tools: say, quiet, median_rows of the run."""
    rows = []
    for count, octets, names in ((counts[0], MESSAGE_OCTETS, None), (counts[1], LARGE_MESSAGE_OCTETS, LARGE_ROWS)):
        if not count:
            continue
        samples = {}
        for _ in range(rounds):
            taken = {}
            for target in (servers.Mailctl(f"{folder}/mailctl", binary), servers.Dovecot(f"{folder}/sdbox", "sdbox"),
                           servers.Dovecot(f"{folder}/maildir", "maildir")):
                with target as server:
                    taken[server.name] = measure(program, server, count, octets, names, keep, tools)
                    if names is None:
                        taken[server.name].update(download(program, server))
            ours = taken.pop("mailctl")
            for peer, theirs in taken.items():
                compare(ours, theirs, tools.say)
                for name, figures in ours.items():
                    if name not in theirs:
                        continue
                    of_peer = samples.setdefault(peer, {})
                    of_peer.setdefault(name, []).append((figures[0], theirs[name][0]))
                    of_peer.setdefault(f"{name}: CPU", []).append((figures[1], theirs[name][1]))
            tools.say("the client's own CPU, ms: " + ", ".join(
                f"{name} {figures[2]:.0f}" for name, figures in ours.items() if figures[2] >= 5))
        for peer, metrics in samples.items():
            rows += tools.median_rows(f"{count} messages of {octets // 1024} KiB, {peer}", 1, metrics)
        for row in rows[-sum(map(len, samples.values())):]:
            tools.say(f"{row['workload']}: {row['metric']} {row['mailctl']:.3f} / {row['peer']:.3f} ms")
        for peer, metrics in samples.items():
            tools.say(summary(f"{count} messages of {octets // 1024} KiB, {peer}", metrics))
    return rows


class From(imaplib.IMAP4):
    """From one of several loopback addresses: ports of one are fewer than connections may be."""

    def __init__(self, port, n):
        self.own = f"127.0.0.{2 + n % 8}"
        super().__init__("127.0.0.1", port)

    def _create_socket(self, timeout):
        return socket.create_connection((self.host, self.port), 60, (self.own, 0))


class FromOverTls(From):
    def __init__(self, port, n, context):
        self.context = context
        super().__init__(port, n)

    def _create_socket(self, timeout):
        return self.context.wrap_socket(super()._create_socket(timeout))


def connect(server, n, tls):
    client = FromOverTls(server.imaps, n, tls) if tls else From(server.imap, n)
    client.login(f"user{n % servers.USERS:03d}@{servers.DOMAIN}", servers.PASSWORD)
    client.select("INBOX")
    client.send(b"i IDLE\r\n")
    while not client.readline().startswith(b"+"):
        pass
    return client


def connect_all(server, count, tls):
    """Several at once: a server that starts a process for each takes its time."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda n: connect(server, n, tls), range(count)))


IDLE_PEER_MOST = 1000  # over TLS: more would fill the memory of a machine, with processes of 2 MB each


def idle_memory(target, count, tls):
    """KiB of each connection that waits in IDLE, beyond one for each user."""
    with target as server:
        clients = connect_all(server, servers.USERS, tls)
        time.sleep(1)
        before = process.pss_kib(server.roots)
        clients += connect_all(server, count, tls)
        time.sleep(3)
        used = (process.pss_kib(server.roots) - before) / count
        for client in clients:
            client.shutdown()
        return used


def idle(folder, binary, rounds, counts, tools):
    """Memory of connections that wait in IDLE."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if limit < max(counts) + 1000:
        raise RuntimeError(f"{limit} descriptors are too few for {max(counts)} connections: see ulimit -n")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    rows = []
    for count in counts:
        for tls in (None, context):
            samples = []
            for _ in range(rounds):
                ours = idle_memory(servers.Mailctl(f"{folder}/mailctl", binary), count, tls)
                peer = not tls or count <= IDLE_PEER_MOST
                theirs = idle_memory(servers.Dovecot(f"{folder}/sdbox", "sdbox"), count, tls) if peer else 0
                samples.append((ours, theirs))
            name = f"idle IMAP {'over TLS' if tls else 'in the clear'}"
            rows += tools.median_rows(name, count, {"memory_per_idle_connection": samples})
            tools.say(f"{name}, {count}: KiB a connection {samples}")
    return rows
