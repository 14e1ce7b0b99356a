# Keys in a running server: what a command changes, the next message is signed with.
$ mailctl domain add example.org -q; mailctl domain alias add example.org example.net -q
$ mailctl conf set access.trusted '["127.0.0.1"]' -q; mailctl conf set dns.zone_files '["zone"]' -q
$ echo example.org. IN NS ns.example.org. > zone
# server
$ mailctl dkim keygen example.org --selector e --algorithm ed25519 --activate -q >> zone
$ mailctl dkim keygen example.org --selector r >> zone
2> publish the record, then: mailctl dkim activate example.org r
$ mailctl dkim check example.org -o tsv
domain	selector	state	dns	ok
example.org	e	active	equal	true
example.org	r	pending	equal	true
$ mailctl dkim activate example.org r -q
$ printf 'From: Ann <ann@example.org>\nSubject: Hi\n\nHello\n' > message
$ mailctl dkim sign message -o tsv | mailctl dkim verify - -o tsv | cut -f 1-3,5
result	domain	selector	algorithm
pass	example.org	e	ed25519-sha256
pass	example.org	r	rsa-sha256
$ openssl genpkey -algorithm ed25519 -out key.pem; mailctl dkim import example.net --selector f --key key.pem -q > /dev/null
$ mailctl dkim rotate example.org --now -o csv | cut -d, -f 1,3
domain,step
example.org,made
example.org,made
$ mailctl dkim list -o csv | cut -d, -f 1,3,4
domain,state,key
example.net,pending,ed25519
example.org,pending,ed25519
example.org,pending,rsa 2048
example.org,active,ed25519
example.org,active,rsa 2048
