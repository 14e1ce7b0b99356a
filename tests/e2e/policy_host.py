"""Serves MTA-STS policies over HTTPS, with a certificate of its own for each name."""
import http.server, random, socket, ssl, threading


class PolicyHost:
    """`pages`: "mta-sts.DOMAIN/path" -> (status, headers, text). `contexts`: "mta-sts.DOMAIN" -> TLS context."""

    def __init__(self):
        self.pages, self.contexts, self.asked = {}, {}, []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = self.headers["Host"] + self.path
                host.asked.append(page)
                status, headers, text = host.pages.get(page, (404, {}, ""))
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                try:
                    super().finish_request(host.tls.wrap_socket(request, server_side=True), address)
                except OSError:  # who does not like the certificate leaves
                    pass

        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.sni_callback = self.choose
        # Policies are at port 443. Addresses of 127/8 are many: runs side by side do not meet.
        self.address = f"127.{random.randrange(80, 250)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        self.server = Server((self.address, 443), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def choose(self, connection, name, _):
        if name in self.contexts:
            connection.context = self.contexts[name]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
