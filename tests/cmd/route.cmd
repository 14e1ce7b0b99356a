# Which way mail leaves. OUT-03
$ printf '[[smart_host]]\nname = "out"\nhosts = ["relay.example.net:587"]\ntls = "verify"\n[[route]]\nname = "partner"\nrecipients = ["*.partner.example"]\nsenders = ["ann@example.org"]\nvia = "smart-host"\nsmart_hosts = ["out"]\nfallback = ["mx"]\nretry = ["1m", "1h"]\n[[route]]\nname = "no"\nrecipients = ["bad.example"]\nvia = "refuse"\nreason = "No mail there"\n' >> mailctl.toml
$ mailctl conf check -q
$ mailctl route list
2> offline...
ORDER  NAME     MATCHES                                    LEADS TO                 ACCEPTS
    1  partner  to *.partner.example,from ann@example.org  smart host out, then mx  no
    2  no       to bad.example                             refused: No mail there   no
    3                                                      mx                       no
$ mailctl route explain bob@eu.partner.example --from ann@example.org --no-dns
STEP  KIND       WHAT
   1  recipient  external: mail for it is taken from whom relay.allow names, unless this server hosts its domain
   2  sender     external: anyone may send from it
   3  route      [[route]] partner matches
   4  route      way: smart_host:out
   5  route      then: eu.partner.example
   6  hosts      relay.example.net:587
   7  tls        required, with a certificate for the host's name
   8  mx         hosts of eu.partner.example, port 25
   9  tls        where it is offered
  10  retry      after 1m, 1h; given up after 5d
  11  delay      the sender is told once after 4h
$ mailctl -q route explain bob@bad.example -o tsv
step	kind	what
1	recipient	external: ...
2	sender	external: anyone may send from it
3	route	[[route]] no matches
4	route	way: refuse:no
5	fails	550 5.7.1 No mail there
[1]
$ printf '$ORIGIN example.\n$TTL 60\n@ IN SOA ns root 1 3600 600 86400 300\nfar IN MX 20 mx2.far\nfar IN MX 10 mx1.far\nmx1.far IN A 192.0.2.1\nmx2.far IN A 192.0.2.2\nnull IN MX 0 .\n' > example.zone; mailctl conf set dns.zone_files '["example.zone"]' -q
$ mailctl -q route explain bob@far.example
STEP  KIND   WHAT
   1  route  no [[route]] matches: outbound.mode decides
   2  route  way: far.example
   3  mx     hosts of far.example, port 25
   4  dns    MX 10 mx1.far.example
   5  dns    MX 20 mx2.far.example
   6  host   mx1.far.example port 25: 192.0.2.1 (DNSSEC)
   7  host   mx2.far.example port 25: 192.0.2.2 (DNSSEC)
   8  tls    where it is offered
   9  retry  after 5m, 15m, 30m, 1h, 2h, 4h; given up after 1d
$ mailctl -q route explain bob@null.example -o tsv | tail -n +4
3	mx	hosts of null.example, port 25
4	fails	5.1.10 null.example accepts no mail (null MX)
5	tls	where it is offered
$ mailctl -q route explain bob@null.example > null
[1]
$ mailctl -q route explain bob
2> mailctl: bob: no "@" after the local part at octet 4
[65]
# A gateway: both sides of its domain count as this server's own; three attempts, each is told of.
$ mailctl conf set queue.delay_notices each -q; printf '[[route]]\nname = "inner"\nrecipients = ["inner.example"]\nhosts = ["192.0.2.9"]\naccept = true\nverify = "list"\nverify_list = ["ann@inner.example"]\nsender_side = "local"\nattempts = 3\ndelay_notice = "1h"\n' >> mailctl.toml
$ mailctl route explain ann@inner.example --from kim@far.example --no-dns -o tsv
step	kind	what
1	recipient	local: mail for it is taken from anyone (route inner), where verify_list names it
2	sender	local: mail from it as smtp.local_sender says (route inner)
3	route	[[route]] inner matches
4	route	way: route:inner
5	hosts	192.0.2.9
6	tls	where it is offered
7	attempts	3
8	retry	after 5m, 15m, 30m, 1h, 2h, 4h; given up after 3 attempts or 5d
9	delay	the sender is told of each attempt that fails after 1h
$ sed -i 's/delay_notice = "1h"/delay_notices = "never"/' mailctl.toml; mailctl route explain ann@inner.example --from kim@far.example --no-dns -o tsv | tail -1
9	delay	the sender is not told
$ printf '[[route]]\nname = "loop"\nhosts = ["127.0.0.1:2525"]\naccept = true\n' >> mailctl.toml; mailctl conf check
...route[3].accept: needs recipients: without them this is an open relay
[78]
