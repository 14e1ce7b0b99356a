"""A SOCKS5 proxy that asks for user and password. RFC 1928, RFC 1929"""
import socket, struct, threading


class Proxy:
    """`answer`: the reply to CONNECT, 0 to connect; "HANG": none."""

    def __init__(self, address, user, password):
        self.address, self.user, self.password = address, user, password
        self.answer, self.asked, self.open = 0, [], []
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            self.speak(client)
        except (OSError, EOFError):
            client.close()

    def speak(self, client):
        file = client.makefile("rb", 0)

        def take(count):
            got = b""
            while len(got) < count:
                more = file.read(count - len(got))
                if not more:
                    raise EOFError
                got += more
            return got
        methods = take(take(2)[1])
        if 2 not in methods:
            client.sendall(b"\x05\xff")
            raise EOFError
        client.sendall(b"\x05\x02")
        user = take(take(2)[1])
        password = take(take(1)[0])
        if (user.decode(), password.decode()) != (self.user, self.password):
            self.asked.append("wrong password")
            client.sendall(b"\x01\x01")
            raise EOFError
        client.sendall(b"\x01\x00")
        _, command, _, kind = take(4)
        if kind == 3:
            target = take(take(1)[0]).decode()
        else:
            target = socket.inet_ntop({1: socket.AF_INET, 4: socket.AF_INET6}[kind], take({1: 4, 4: 16}[kind]))
        port = struct.unpack("!H", take(2))[0]
        self.asked.append((command, target, port))
        if self.answer == "HANG":
            return
        server = None if self.answer else socket.create_connection((target, port))
        client.sendall(bytes([5, self.answer, 0, 1]) + socket.inet_aton(self.address) + struct.pack("!H", self.port))
        if server is None:
            raise EOFError
        self.open.append(server)
        threading.Thread(target=self.copy, args=(client, server), daemon=True).start()
        self.copy(server, client)

    @staticmethod
    def copy(source, target):
        try:
            while octets := source.recv(65536):
                target.sendall(octets)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        for one in [self.listener, *self.open]:
            one.close()
