# What mail programs are told over HTTP and by the DNS. DOM-15
$ mailctl domain add example.org -q
# Where all listeners are on loopback there is nothing to offer.
$ mailctl domain dns example.org | grep -c 'SRV 0 0 0 \.$'
6
2> offline: ...
2> nothing is offered to mail programs: all imap, pop3 and submission listeners are on loopback addresses or Unix sockets
$ mailctl tls new mail.example.org --key server.key --certificate server.pem -q
$ mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q; for i in 0 1 2 3 4 5 6; do mailctl conf set "listener[$i].addresses" '["0.0.0.0"]' -q; done; printf '\n[[listener]]\nname = "http"\nprotocol = "http"\naddresses = ["127.0.0.1"]\nport = %d\ntls = "starttls"\n' $((PORT_BASE+80)) >> mailctl.toml; mailctl conf check
...HTTP has no STARTTLS...
[78]
$ sed -i '$s/starttls/none/' mailctl.toml; mailctl conf check
...
2> ...
# server
$ a=http://127.0.0.1:$((PORT_BASE+80)); curl -s "$a/mail/config-v1.1.xml?emailaddress=ann@example.org" > config.xml; python3 -c 'import xml.etree.ElementTree as e; print(*(s.get("type") + " " + s.find("socketType").text for s in e.parse("config.xml").getroot().iter() if s.get("type")), sep="\n")'
imap SSL
imap STARTTLS
pop3 SSL
pop3 STARTTLS
smtp SSL
smtp STARTTLS
$ a=http://127.0.0.1:$((PORT_BASE+80)); curl -s -d '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>ann@example.org</EMailAddress></Request></Autodiscover>' $a/autodiscover/autodiscover.xml > answer.xml; python3 -c 'import xml.etree.ElementTree as e; print(*(t.text for t in e.parse("answer.xml").iter() if t.tag.endswith("}Type")))'
IMAP IMAP POP3 POP3 SMTP SMTP
$ a=http://127.0.0.1:$((PORT_BASE+80)); curl -s "$a/apple.mobileconfig?emailaddress=ann@example.org" > signed; openssl cms -verify -noverify -inform DER -in signed -out profile; python3 -c 'import plistlib; p = plistlib.load(open("profile", "rb")); c = p["PayloadContent"][0]; print(p["PayloadIdentifier"], c["EmailAccountType"], c["IncomingMailServerUseSSL"], c["EmailAddress"])'
org.example.mail EmailTypeIMAP True ann@example.org
2> ...erification successful
$ a=http://127.0.0.1:$((PORT_BASE+80)); curl -s -o /dev/null -w '%{http_code}\n' "$a/mail/config-v1.1.xml?emailaddress=ann@example.net"; curl -s -o /dev/null -w '%{http_code}\n' -H 'Host: autoconfig.example.org' $a/.well-known/autoconfig/mail/config-v1.1.xml
404
200
$ mailctl domain dns example.org | sed "s/ $((PORT_BASE+993)) / PORT /"
example.org. IN MX 10 ...
_imaps._tcp.example.org. IN SRV 0 1 PORT ...
_imap._tcp.example.org. IN SRV 1 1 ...
_pop3s._tcp.example.org. IN SRV 10 1 ...
_pop3._tcp.example.org. IN SRV 11 1 ...
_submissions._tcp.example.org. IN SRV 0 1 ...
_submission._tcp.example.org. IN SRV 1 1 ...
autoconfig.example.org. IN CNAME ...
autodiscover.example.org. IN CNAME ...
$ mailctl dkim keygen example.org --activate -q > record; mailctl domain dns example.org -o tsv | cut -f 2 | sort | uniq -c | tr -s ' '
 2 CNAME
 1 MX
 6 SRV
 1 TXT
 1 type
$ mailctl domain dns example.net
2> mailctl: ...
[68]
