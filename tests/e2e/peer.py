"""Receiving mail servers of others, in folders of their own: what Postfix, Exim, Dovecot and Knot DNS share here."""
import os, shutil, signal, socket, subprocess, tempfile, time


class Peer:
    """Prepares a folder, starts processes in the foreground, ends them by their ids."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mailctl-peer-")
        os.chmod(self.folder, 0o755)  # its parts run as users of their own
        self.process = None

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)
        return self.path(name)

    def launch(self, command, **more):
        with open(self.path("out"), "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, **more)

    def wait_for(self, address, port=None, limit=30):
        """Until it listens; without a port: at this socket."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if port:
                    return socket.create_connection((address, port), 5).close()
                with socket.socket(socket.AF_UNIX) as probe:
                    return probe.connect(address)
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"{self.process.args[0]} did not start:\n{self.log()}")

    def log(self):
        """What it wrote about its work and its troubles."""
        text = ""
        for folder, _, names in os.walk(self.folder):
            for name in sorted(names):
                if name in ("out", "log") or os.path.basename(folder) == "log":
                    with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                        text += file.read()
        return text

    def stop(self):
        """Ends it and, in its session, what it started."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            try:
                os.killpg(self.process.pid, signal.SIGTERM)  # its children that still serve somebody
            except ProcessLookupError:
                pass

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Maildirs(Peer):
    """Keeps what arrives in maildirs under mail/."""

    def find(self, user, ident):
        """The messages of a mailbox that hold this text, with CRLF as on the wire."""
        new, found = self.path("mail", user, "new"), []
        for name in os.listdir(new) if os.path.isdir(new) else []:
            with open(os.path.join(new, name), "rb") as file:
                octets = file.read()
            if ident.encode() in octets:
                found.append(octets.replace(b"\n", b"\r\n"))
        return found
