# Which way mail leaves, without asking the DNS. OUT-03
$ printf '[[smart_host]]\nname = "out"\nhosts = ["relay.example.net:587"]\ntls = "verify"\n[[route]]\nname = "partner"\nrecipients = ["*.partner.example"]\nsenders = ["ann@example.org"]\nvia = "smart-host"\nsmart_hosts = ["out"]\nfallback = ["mx"]\nretry = ["1m", "1h"]\n[[route]]\nname = "no"\nrecipients = ["bad.example"]\nvia = "refuse"\nreason = "No mail there"\n' >> mailctl.toml
$ mailctl conf check -q
$ mailctl route list
2> offline...
ORDER  NAME     MATCHES                                    LEADS TO                 ACCEPTS
    1  partner  to *.partner.example,from ann@example.org  smart host out, then mx  no
    2  no       to bad.example                             refused: No mail there   no
    3                                                      mx                       no
$ mailctl route explain bob@eu.partner.example --from ann@example.org
STEP  KIND   WHAT
   1  route  [[route]] partner matches
   2  route  way: smart_host:out
   3  route  then: eu.partner.example
   4  host   relay.example.net:587
   5  tls    required, with a certificate for the host's name
   6  mx     hosts of eu.partner.example, port 25
   7  tls    where it is offered
   8  retry  after 1m, 1h; given up after 5d
$ mailctl -q route explain bob@bad.example -o tsv
step	kind	what
1	route	[[route]] no matches
2	route	way: refuse:no
3	fails	550 5.7.1 No mail there
[1]
$ mailctl -q route explain bob
2> mailctl: bob: no "@" after the local part at octet 4
[65]
$ printf '[[route]]\nname = "loop"\nhosts = ["127.0.0.1:2525"]\naccept = true\n' >> mailctl.toml; mailctl conf check
...route[2].accept: needs recipients: without them this is an open relay
[78]
