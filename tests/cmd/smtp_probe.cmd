# What a mail server offers, looked at from outside. The server is this one; its name is in a zone file.
$ printf '$ORIGIN example.net.\n@ 300 IN SOA ns hostmaster 1 300 300 300 300\nmx 300 IN A 127.0.0.1\n' > zone; mailctl conf set dns.zone_files "[\"$PWD/zone\"]" -q; mailctl conf check -q
$ mailctl smtp probe mx.example.net:1 -o tsv
host	address	port	name	esmtp	extensions	max_octets	auth	tls	cipher	certificate	tls_result	failed_at	reply
mx.example.net	127.0.0.1	1		false								connect	4.4.1 127.0.0.1: Connection refused
[69]
$ mailctl smtp probe none.example.net
2> mailctl: none.example.net has no address
[68]
$ mailctl smtp probe mx:example.net
2> mailctl: one host is probed: name it, not "mx:"
[65]
$ mailctl smtp probe mx.example.net --starttls --plain
2> ...
[64]
$ mailctl smtp probe mx.example.net --proxy
2> mailctl: the settings name no outbound.proxy
[68]
$ mailctl conf set outbound.proxy socks4://127.0.0.1:1 -q; mailctl smtp probe mx.example.net:25 --proxy -o tsv | cut -f 1,13,14
host	failed_at	reply
mx.example.net	connect	4.4.1 127.0.0.1: Connection refused
$ mailctl conf set outbound.proxy '' -q
# server
# Its certificate is self-signed: what it offers is shown all the same, and the exit status tells.
$ mailctl smtp probe mx.example.net:$((PORT_BASE+25)) --starttls
host         mx.example.net
...
extensions   PIPELINING,8BITMIME...
...
tls          TLS1.3
...
certificate  TLS: certificate verify failed (self-signed certificate)
tls result   certificate-not-trusted
...
[1]
$ mailctl smtp probe mx.example.net:$((PORT_BASE+465)) --tls -o tsv | cut -f 5,9,12
esmtp	tls	tls_result
true	TLS1.3	certificate-not-trusted
$ mailctl smtp probe 127.0.0.1:$((PORT_BASE+25)) --plain -o tsv | cut -f 5,9,12,13
esmtp	tls	tls_result	failed_at
true			
$ mailctl smtp probe 127.0.0.1:$((PORT_BASE+24)) --lmtp --plain -o tsv | cut -f 5,13
esmtp	failed_at
true	
