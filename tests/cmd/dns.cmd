# What the server hears from the DNS. Nobody answers at dns.servers here.
$ printf '$ORIGIN example.\n$TTL 60\n@ IN SOA ns root 1 3600 600 86400 300\nfar IN MX 20 mx2.far\nfar IN MX 10 mx1.far\nmx1.far IN A 192.0.2.1\nalias IN CNAME mx1.far\n_25._tcp.mx1.far IN TLSA 3 1 1 00FF\ntext IN TXT "one" "two \\"three\\""\nodd IN TYPE65280 \\# 2 ABCD\n' > example.zone; printf '$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 60\n@ IN SOA ns.example. root.example. 1 3600 600 86400 300\n1 IN PTR mx1.far.example.\n' > reverse.zone; mailctl conf set dns.zone_files '["example.zone", "reverse.zone"]' -q; mailctl conf set dns.servers '["127.0.0.1:9"]' -q; mailctl conf set dns.timeout 100ms -q
$ mailctl dns lookup mx1.far.example
2> offline...
name       mx1.far.example
type       A
status     found
security   secure
from       zone file
ttl        60
canonical  mx1.far.example
records    192.0.2.1
$ mailctl dns flush
2> mailctl: ...
[69]
# server
$ mailctl dns lookup far.example mx -o json
{"schema":"mailctl.dns.lookup/1","name":"far.example","type":"MX","status":"found","security":"secure","from":"zone file","ttl":60,"canonical":"far.example","records":["20 mx2.far.example.","10 mx1.far.example."]}
$ mailctl dns lookup alias.example -o tsv | cut -f 7,8
canonical	records
mx1.far.example	192.0.2.1
$ mailctl dns lookup 192.0.2.1 -o tsv | cut -f 1,2,8
name	type	records
1.2.0.192.in-addr.arpa	PTR	mx1.far.example.
$ mailctl dns lookup _25._tcp.mx1.far.example TLSA -o tsv | cut -f 8
records
3 1 1 00ff
$ mailctl dns lookup text.example TXT -o tsv | cut -f 8
records
"one" "two \\"three\\""
$ mailctl dns lookup odd.example TYPE65280 -o tsv | cut -f 2,8
type	records
TYPE65280	\\# 2 abcd
$ mailctl dns lookup far.example TLSA -o tsv
name	type	status	security	from	ttl	canonical	records
far.example	TLSA	no such records	secure	zone file	60	far.example	
[1]
$ mailctl dns lookup nowhere.example -o tsv | cut -f 3
status
no such name
$ mailctl dns lookup far.example ANY
2> mailctl: no type of records: ANY
[65]
$ mailctl dns lookup far..example
2> mailctl: no DNS name: far..example
[65]
# Nobody answers: try later.
$ mailctl dns lookup example.net
2> mailctl: DNS server 127.0.0.1: ...
[69]
$ mailctl dns flush
2> forgot 0 answers
$ mailctl dns flush example.net -q
