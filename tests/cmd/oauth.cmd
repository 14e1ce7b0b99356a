# Bearer tokens from an issuer: verified with its keys, or asked about. RFC 7628, RFC 7662
$ mailctl conf set ban.delay 0s -q
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --no-password -q; mailctl user add bob@example.org --no-password -q
$ openssl ecparam -name prime256v1 -genkey -noout -out issuer.key; openssl pkey -in issuer.key -pubout -out issuer.pem
$ mailctl conf set oauth.introspection_url http://id.example.org/introspect -q
2> ...must begin with https://
[78]
$ mailctl conf set oauth.keys issuer.pem -q
2> ...oauth.issuer or oauth.audience must tell whose tokens are taken
[78]
$ mailctl conf set oauth.issuer https://id.example.org -q; mailctl conf set oauth.audience '["mail"]' -q; mailctl conf set oauth.scopes '["mail"]' -q; mailctl conf set oauth.keys issuer.pem -q; mailctl conf set oauth.introspection_url http://127.0.0.1:$((PORT_BASE+80))/introspect -q; mailctl conf set oauth.client_id mailctl -q; mailctl conf set oauth.client_secret file:secret -q
$ printf 'sesame\n' > secret; chmod 600 secret
# server
$ cat > issuer.py
< import base64, http.server, imaplib, json, os, poplib, smtplib, ssl, subprocess, threading, time
< b = int(os.environ["PORT_BASE"])
< t = ssl._create_unverified_context()
< def text(octets):
<     return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
< def token(**claims):
<     claims = {"iss": "https://id.example.org", "aud": "mail", "scope": "mail openid", "email": "ann@example.org", "exp": time.time() + 600, **claims}
<     said = text(json.dumps({"alg": "ES256"}).encode()) + "." + text(json.dumps(claims).encode())
<     der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "issuer.key"], input=said.encode(), capture_output=True).stdout
<     r = der[4:4 + der[3]]
<     s = der[4 + der[3] + 2:]
<     return said + "." + text(b"".join(int.from_bytes(n, "big").to_bytes(32, "big") for n in (r, s)))
< class Endpoint(http.server.BaseHTTPRequestHandler):
<     def do_POST(self):
<         form = self.rfile.read(int(self.headers["Content-Length"])).decode()
<         known = self.headers["Authorization"] == "Basic " + base64.b64encode(b"mailctl:sesame").decode()
<         answer = {"active": known and "token=opaque&" in form, "iss": "https://id.example.org", "aud": "mail", "scope": "mail", "email": "bob@example.org"}
<         octets = json.dumps(answer).encode()
<         self.send_response(200)
<         self.send_header("Content-Length", str(len(octets)))
<         self.end_headers()
<         self.wfile.write(octets)
<     def log_message(self, *_):
<         pass
< threading.Thread(target=http.server.HTTPServer(("127.0.0.1", b + 80), Endpoint).serve_forever, daemon=True).start()
< def xoauth2(name, token):
<     return f"user={name}\x01auth=Bearer {token}\x01\x01"
< def oauthbearer(name, token):
<     return f"n,a={name},\x01host=x\x01auth=Bearer {token}\x01\x01"
< def imap(mechanism, message):
<     c = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)
<     heard = []
<     def answer(challenge):
<         heard.append(challenge.decode())
<         return message if len(heard) == 1 else "\x01"
<     try:
<         c.authenticate(mechanism, answer)
<         return "in"
<     except imaplib.IMAP4.error:
<         return "out " + heard[-1]
< def smtp(mechanism, message):
<     s = smtplib.SMTP_SSL("127.0.0.1", b + 465, context=t)
<     s.ehlo()
<     return s.docmd("AUTH", mechanism + " " + base64.b64encode(message.encode()).decode())[0]
< def pop(mechanism, message):
<     p = poplib.POP3_SSL("127.0.0.1", b + 995, context=t)
<     return p._shortcmd("AUTH " + mechanism + " " + base64.b64encode(message.encode()).decode()).decode()[:3]
< good = token()
< print(imap("XOAUTH2", xoauth2("ann@example.org", good)), imap("OAUTHBEARER", oauthbearer("ann@example.org", good)), imap("OAUTHBEARER", oauthbearer("", good)))
< print(smtp("XOAUTH2", xoauth2("ann@example.org", good)), smtp("OAUTHBEARER", oauthbearer("ann@example.org", token(x="y" * 2500))), pop("XOAUTH2", xoauth2("ann@example.org", token(x="y" * 2500))))
< print(imap("OAUTHBEARER", oauthbearer("bob@example.org", good)))
< print(imap("XOAUTH2", xoauth2("ann@example.org", token(exp=time.time() - 600))))
< print(imap("XOAUTH2", xoauth2("ann@example.org", token(aud="files")))[:3], imap("XOAUTH2", xoauth2("ann@example.org", good[:-4] + "AAAA"))[:3])
< print(smtp("XOAUTH2", xoauth2("ann@example.org", "wrong")))
< print(imap("XOAUTH2", xoauth2("bob@example.org", "opaque")), imap("XOAUTH2", xoauth2("bob@example.org", "unknown"))[:3])
< open("token", "w").write(good)
$ python3 issuer.py
in in in
235 235 +OK
out {"status":"invalid_token","scope":"mail"}
out {"status":"401","schemes":"bearer","scope":"mail"}
out out
334
in out
# curl, as a program that knows nothing of this server.
$ curl -sk --user ann@example.org: --oauth2-bearer "$(cat token)" "imaps://127.0.0.1:$((PORT_BASE+993))/" -X 'STATUS INBOX (MESSAGES)' | tr -d '\r'
* STATUS INBOX (MESSAGES 0)
$ printf 'From: ann@example.org\r\nSubject: by token\r\n\r\ntext\r\n' > mail; curl -sk --user ann@example.org: --oauth2-bearer "$(cat token)" --mail-from ann@example.org --mail-rcpt bob@example.org -T mail "smtps://127.0.0.1:$((PORT_BASE+465))" && echo sent
sent
$ curl -sk --user ann@example.org: --oauth2-bearer wrong "imaps://127.0.0.1:$((PORT_BASE+993))/"
[67]
