"""swaks, msmtp and curl: programs that send."""
import os, subprocess

import messages
from server import PASSWORD


RUN_SECONDS = 100  # the slowest takes four where nothing else runs


def run(words, **more):
    done = subprocess.run(words, capture_output=True, timeout=RUN_SECONDS, **more)
    assert done.returncode == 0, (f"{words[0]}: status {done.returncode}\n"
                                  f"{done.stdout.decode(errors='replace')[-2000:]}"
                                  f"{done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout.decode(errors="replace")


def write(server, name, text, mode=0o600):
    path = os.path.join(server.folder, name)
    with open(path, "w", newline="") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def swaks(server, a, b):
    for mechanism, port, tls in (("PLAIN", "submission", "-tls"), ("LOGIN", "smtps", "-tlsc")):
        ident, text = messages.make(a, b, f"swaks {mechanism}")
        run(["swaks", "--server", "127.0.0.1", "--port", str(server.port(port)), tls, "--tls-verify",
             "--tls-ca-path", server.certificate, "--auth", mechanism, "--auth-user", server.address(a),
             "--auth-password", PASSWORD, "--from", server.address(a), "--to", server.address(b),
             "--data", "@" + write(server, "swaks.eml", text)])
        messages.wait_for(server, b, ident)


def swaks_from_outside(server, a, b):
    ident, text = messages.make("someone", b, "swaks from outside")
    text = text.replace(f"From: {server.address('someone')}", "From: someone@client.test")
    path = write(server, "swaks.eml", text)
    common = ["swaks", "--server", "127.0.0.1", "--port", str(server.port("smtp")), "--from",
              "someone@client.test", "--data", "@" + path]
    run(common + ["--to", server.address(b), "--pipeline"])
    messages.wait_for(server, b, ident)
    refused = subprocess.run(common + ["--to", "someone@elsewhere.test"], capture_output=True, timeout=40)
    assert refused.returncode == 24, f"relayed for a stranger: {refused.returncode}"  # no RCPT accepted


def msmtp(server, a, b):
    secret = write(server, "msmtp.secret", PASSWORD + "\n")
    for name, port, starttls in (("starttls", "submission", "on"), ("tls", "smtps", "off")):
        ident, text = messages.make(a, b, f"msmtp {name}")
        conf = write(server, "msmtprc", f"""
defaults
host 127.0.0.1
port {server.port(port)}
tls on
tls_starttls {starttls}
tls_trust_file {server.certificate}
auth on
user {server.address(a)}
passwordeval cat {secret}
from {server.address(a)}
account default
""")
        run(["msmtp", "-C", conf, "-t"], input=text.replace("\r\n", "\n").encode())
        messages.wait_for(server, b, ident)


def curl_smtp(server, a, b):
    for url, extra in ((f"smtp://127.0.0.1:{server.port('submission')}/client.test", ["--ssl-reqd"]),
                       (f"smtps://127.0.0.1:{server.port('smtps')}/client.test", [])):
        for option in ([], ["--login-options", "AUTH=PLAIN"], ["--login-options", "AUTH=LOGIN"]):
            ident, text = messages.make(a, b, "curl")
            run(["curl", "-sS", *extra, *option, "--cacert", server.certificate, url, "--user",
                 f"{server.address(a)}:{PASSWORD}", "--mail-from", server.address(a), "--mail-rcpt",
                 server.address(b), "--upload-file", write(server, "curl.eml", text)])
            messages.wait_for(server, b, ident)


ALL = [swaks, swaks_from_outside, msmtp, curl_smtp]
NEEDS = {"swaks": "swaks", "swaks_from_outside": "swaks", "msmtp": "msmtp", "curl_smtp": "curl"}
