"""A receiving mail server whose faults are written down beforehand. One thread a connection."""
import base64, socket, ssl, struct, threading, time


class Sink:
    """Listens on one address. `script`: stage -> replies to give there instead of the good one, one
    at a time, first come first served; None in their place is the good one. Stages: greeting, ehlo,
    starttls, auth, mail, rcpt, data, dot. A reply may be "CUT" (the connection is closed), "RESET" (with
    a RST) or "HANG" (never answered); after "KEEP-" the message is kept before. A function is given the
    session, and may do anything with its `peer`."""

    def __init__(self, address, port=0, tls=None, lmtp=False, auth=None, extensions=()):
        self.address, self.tls, self.lmtp, self.auth, self.extensions = address, tls, lmtp, auth, extensions
        self.script, self.messages, self.lock = {}, [], threading.Lock()
        self.connections, self.open, self.most_open, self.commands = 0, 0, 0, []
        self.held = []
        self.transcripts = []  # of each connection: "C: EHLO ...", "S: 250 ..." (first lines), "TLS"
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, port))
        self.listener.listen(200)
        self.port = self.listener.getsockname()[1]
        self.stopped = False
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.stopped = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # who waits in accept() leaves
        except OSError:  # it was closed already
            pass
        self.listener.close()
        for peer in self.held:
            peer.close()

    def accept(self):
        while not self.stopped:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with self.lock:
            self.connections += 1
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            Session(self, peer).run()
        except (OSError, ssl.SSLError, EOFError):
            pass
        finally:
            with self.lock:
                self.open -= 1
            peer.close()

    def fault(self, stage):
        with self.lock:
            waiting = self.script.get(stage)
            return waiting.pop(0) if waiting else None

    def keep(self, message):
        with self.lock:
            self.messages.append(message)

    def find(self, ident):
        """The messages that hold these octets."""
        with self.lock:
            return [m for m in self.messages if ident.encode() in m["data"]]


class Session:
    def __init__(self, sink, peer):
        self.sink, self.peer = sink, peer
        self.file = peer.makefile("rb")
        self.secure, self.login, self.hello = None, None, None
        self.reset()
        self.transcript = []
        sink.transcripts.append(self.transcript)

    def reset(self):
        self.sender, self.recipients = None, []

    def say(self, text):
        self.transcript.append("S: " + text.split("\r\n")[0])
        self.peer.sendall((text + "\r\n").encode())

    def line(self):
        line = self.file.readline(70000)
        if not line.endswith(b"\n"):
            raise EOFError
        text = line.rstrip(b"\r\n").decode("utf-8", "replace")
        self.transcript.append("C: " + text)
        return text

    def answer(self, stage, good):
        """True where the good reply was given."""
        fault = self.sink.fault(stage)
        if fault is None:
            self.say(good)
            return True
        if callable(fault):
            fault(self)
            return False
        self.break_off(fault)
        self.say(fault)
        return False

    def break_off(self, fault):
        """Where it is one of the words for that."""
        if fault == "HANG":
            self.transcript.append("HANG")
            self.sink.held.append(self.peer)
            while not self.sink.stopped:
                time.sleep(0.2)
        if fault == "RESET":
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if fault in ("CUT", "RESET", "HANG"):
            self.transcript.append(fault)
            raise EOFError

    def run(self):
        if not self.answer("greeting", f"220 {self.sink.address} sink"):
            return
        while True:
            line = self.line()
            self.sink.commands.append(line)
            verb = line.split(" ")[0].upper()
            handler = getattr(self, "on_" + verb.lower(), None)
            if verb == "QUIT":
                self.say("221 Bye")
                return
            if handler is None:
                self.say("502 Unknown")
            else:
                handler(line)

    def on_ehlo(self, line):
        self.hello = line.split(" ")[1]
        lines = ["sink", "PIPELINING", "8BITMIME", "SIZE 50000000", "DSN", "ENHANCEDSTATUSCODES",
                 *self.sink.extensions]
        if self.sink.tls and not self.secure:
            lines.append("STARTTLS")
        if self.sink.auth:
            lines.append("AUTH PLAIN LOGIN")
        text = "\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{l}" for i, l in enumerate(lines))
        self.answer("ehlo", text)

    on_lhlo = on_ehlo

    def on_helo(self, line):
        self.hello = line.split(" ")[1]
        self.answer("ehlo", "250 sink")

    def on_starttls(self, line):
        if not self.answer("starttls", "220 Go"):
            return
        self.peer = self.sink.tls.wrap_socket(self.peer, server_side=True)
        self.file = self.peer.makefile("rb")
        self.secure = self.peer.version()
        self.transcript.append("TLS")

    def on_auth(self, line):
        words = line.split(" ")
        if words[1].upper() == "PLAIN":
            blob = words[2] if len(words) > 2 else (self.say("334 ") or self.line())
            _, user, password = base64.b64decode(blob).decode().split("\0")
        else:
            self.say("334 VXNlcm5hbWU6")
            user = base64.b64decode(self.line()).decode()
            self.say("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self.line()).decode()
        if (user, password) != self.sink.auth:
            self.say("535 5.7.8 No")
            return
        self.login = user
        self.answer("auth", "235 2.7.0 Welcome")

    def on_mail(self, line):
        if self.sink.auth and not self.login:
            self.say("530 5.7.0 Log in first")
        elif self.answer("mail", "250 2.1.0 Ok"):
            self.sender = line

    def on_rcpt(self, line):
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
        elif self.answer("rcpt", "250 2.1.5 Ok"):
            self.recipients.append(line[line.index("<") + 1:line.index(">")])

    def on_rset(self, line):
        self.reset()
        self.say("250 2.0.0 Ok")

    def on_noop(self, line):
        self.say("250 2.0.0 Ok")

    def on_data(self, line):
        if not self.recipients:
            self.say("503 5.5.1 RCPT first")
            return
        if not self.answer("data", "354 Go"):
            return
        self.take_message(self.file)

    def take_message(self, file):
        """From a file that is read to the dot."""
        data = bytearray()
        while True:
            got = file.readline()
            if not got:
                raise EOFError
            if got == b".\r\n":
                break
            data += got[1:] if got.startswith(b".") else got
        self.transcript.append("message")
        message = {"sender": self.sender, "recipients": self.recipients, "data": bytes(data),
                   "tls": self.secure, "login": self.login, "from": self.peer.getpeername()[0], "hello": self.hello}
        replies = self.recipients if self.sink.lmtp else ["one"]
        good = []
        fault = self.sink.fault("dot")
        if callable(fault):
            fault(self)
            raise EOFError
        if fault and fault.startswith("KEEP-"):
            self.sink.keep(message)
            fault = fault[5:]
        self.break_off(fault)
        for _ in replies:
            self.say(fault or "250 2.0.0 Kept")
            good.append(fault is None)
        if any(good):
            self.sink.keep(message)
        self.reset()
