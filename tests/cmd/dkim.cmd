# Keys of a domain: made, published, used, replaced, and signatures of any file.
$ mailctl domain add example.org -q
$ mailctl domain alias add example.org example.net -q
$ mailctl dkim keygen nowhere.example
2> mailctl: no such domain: nowhere.example
[68]
$ mailctl dkim list example.org -o tsv
2> offline: ...
domain	selector	state	key	created	activated	retired	test	rotates	note
$ mailctl dkim keygen example.org --selector r1 --note first
r1._domainkey.example.org. IN TXT ( "v=DKIM1; k=rsa; p=...
2> publish the record, then: mailctl dkim activate example.org r1
$ mailctl dkim keygen example.org --selector r1
2> mailctl: example.org has a key r1
[73]
$ mailctl dkim keygen example.org --selector e1 --algorithm ed25519 --activate
e1._domainkey.example.org. IN TXT ( "v=DKIM1; k=ed25519; p=...
2> e1 signs from now on; publish the record
$ mailctl dkim keygen example.org --bits 1024
2> ...
2> ...
[64]
$ mailctl dkim keygen example.org --selector 'not one'
2> mailctl: not one is no selector
[65]
$ mailctl dkim list -o csv -q | cut -d, -f 1-4,8-10
domain,selector,state,key,test,rotates,note
example.org,e1,active,ed25519,false,false,
example.org,r1,pending,rsa 2048,false,false,first

# Records in every form.
$ mailctl dkim dns example.org e1 --form paste -q
e1._domainkey
v=DKIM1; k=ed25519; p=...
$ mailctl dkim dns example.org e1 --form plain -q
e1._domainkey.example.org	v=DKIM1; k=ed25519; p=...
$ echo example.org. IN NS ns.example.org. > zone; mailctl dkim dns example.org -q >> zone; wc -l < zone
3
$ mailctl dkim dns example.org none -q
2> mailctl: example.org has no key none
[68]

# What the DNS has.
$ mailctl dkim check example.org --zone zone -o tsv -q
domain	selector	state	dns	ok
example.org	e1	active	equal	true
example.org	r1	pending	equal	true
$ grep -v ^r1 zone > half; mailctl dkim check example.org --zone half -o tsv -q
domain	selector	state	dns	ok
example.org	e1	active	equal	true
example.org	r1	pending	missing	false
[1]
$ sed 's/^e1\(.*\)p=.../e1\1p=AAA/' zone > wrong; mailctl dkim check example.org --zone wrong -o tsv -q
domain	selector	state	dns	ok
example.org	e1	active	wrong key	false
example.org	r1	pending	equal	true
[1]
$ mailctl dkim set example.org e1 --test true -q; mailctl dkim check example.org --zone zone -o tsv -q
domain	selector	state	dns	ok
example.org	e1	active	test flag	false
example.org	r1	pending	equal	true
[1]
$ mailctl dkim set example.org e1 --test false -q
$ mailctl conf set dns.zone_files '["zone"]' -q; mailctl dkim check example.org -q > /dev/null

# How a domain signs.
$ mailctl dkim set example.org --canonicalization simple/relaxed --identity @mail.example.org --expiry 14d --rotate-every 90d
2> changed example.org
$ mailctl dkim show example.org -q
domain            example.org
sign              yes
keys              2
signing           e1
canonicalization  simple/relaxed
headers           From+ ...
identity          @mail.example.org
expiry            2w
rotate every      90d
overlap           1w
activate after    none
$ mailctl dkim set example.org --canonicalization loose
2> mailctl: not a canonical form: loose
[65]
$ mailctl dkim set example.org --headers 'From Received'
2> mailctl: Received changes on the way and is never signed
[65]
$ mailctl dkim set example.org --identity @example.com
2> mailctl: the identity is not within example.org
[65]
$ mailctl dkim show example.org e1 -q
domain       example.org
selector     e1
state        active
key          ed25519
private key  store
...

# Signing and verifying files.
$ printf 'From: Ann <ann@example.org>\nSubject: Hi\n\nHello\n' > message
$ mailctl dkim sign message -q > signed; mailctl dkim verify signed --zone zone -o tsv
result	domain	selector	identity	algorithm	bits	test	partial	reason
pass	example.org	e1	@mail.example.org	ed25519-sha256	256	false	false	
$ mailctl dkim sign message --selector r1 -q | mailctl dkim verify - -o tsv
result	domain	selector	identity	algorithm	bits	test	partial	reason
pass	example.org	r1	@mail.example.org	rsa-sha256	2048	false	false	
$ sed s/Hello/Hallo/ signed | mailctl dkim verify - --zone zone -o tsv
result	domain	selector	identity	algorithm	bits	test	partial	reason
fail	example.org	e1	@mail.example.org	ed25519-sha256	256	false	false	the body was changed
[1]
$ mailctl dkim verify signed --zone half --at 2099-01-01 -o tsv | tail -1
policy	example.org	e1	@mail.example.org	ed25519-sha256		false	false	it has expired
$ mailctl dkim verify message
2> the message has no signature
[1]
$ printf 'From: a@example.org\r\n\nHello\r\n' | mailctl dkim sign - -q
2> mailctl: -: some lines end with CRLF and some with LF alone
[65]
$ printf 'From: a@elsewhere.test\n\nHello\n' | mailctl dkim sign - -q
2> mailctl: elsewhere.test has no DKIM keys
[68]

# Keys in files, without settings or a store.
$ openssl genpkey -algorithm ed25519 -out key.pem
$ mailctl -c /nonexistent.toml dkim sign message --key key.pem --selector s --domain example.com > alone
$ mailctl -c /nonexistent.toml dkim verify alone --key-file key.pem -o tsv
result	domain	selector	identity	algorithm	bits	test	partial	reason
pass	example.com	s	@example.com	ed25519-sha256	256	false	false	
$ mailctl dkim sign message --key key.pem --domain example.com
2> mailctl: --key needs --selector: under which name is its other half published?
[64]
$ mailctl dkim import example.net --selector s --key key.pem --activate -q
s._domainkey.example.net. IN TXT ( "v=DKIM1; k=ed25519; p=...
$ mailctl dkim keygen example.net --selector f --algorithm ed25519 --file own.pem --activate -q
f._domainkey.example.net. IN TXT ( "v=DKIM1; k=ed25519; p=...
$ stat -c %a own.pem; mailctl dkim show example.net f -q | grep private
600
private key  file:.../own.pem
$ mailctl dkim keygen example.net --selector g --algorithm ed25519 --file own.pem
2> mailctl: .../own.pem: File exists
[73]
$ printf 'From: a@example.net\n\nHello\n' | mailctl dkim sign - -q | grep -c DKIM-Signature
2
$ mailctl domain alias remove example.net --yes -q; mailctl dkim list example.net -o tsv -q
domain	selector	state	key	created	activated	retired	test	rotates	note

# Keys that follow one another.
$ mailctl dkim rotate example.org --dry-run
2> nothing is due
$ mailctl dkim rotate example.org --now -o csv | cut -d, -f 1,3,4
domain,step,dns
example.org,made,
$ mailctl dkim rotate example.org -o csv | cut -d, -f 1,3,4
domain,step,dns
example.org,waiting,missing
$ mailctl dkim dns example.org -q >> zone; mailctl dkim rotate example.org -o csv | cut -d, -f 1,3,4
domain,step,dns
example.org,activated,equal
example.org,retired,
$ mailctl dkim list example.org -o csv -q | cut -d, -f 3,4,9 | sort
active,ed25519,true
pending,rsa 2048,false
retired,ed25519,false
state,key,rotates

# States by hand.
$ mailctl dkim activate example.org r1
2> example.org r1: active
$ mailctl dkim delete example.org r1 --yes
2> mailctl: r1 signs: retire it first, and delete it when its mail has arrived
[77]
$ mailctl dkim retire example.org r1 --dry-run
2> would have: example.org r1: retired
$ mailctl dkim retire example.org r1 -q; mailctl dkim delete example.org r1 --yes
2> example.org r1: deleted
$ mailctl dkim disable example.org
2> example.org: disabled
$ mailctl dkim show example.org -q | grep sign
sign              no
signing           ...
$ mailctl dkim enable example.org -q
$ mailctl dkim disable example.org e1 -q; mailctl dkim list example.org -o csv -q | grep ^example.org,e1 | cut -d, -f 3
disabled
$ mailctl dkim retire example.org none
2> mailctl: example.org has no key none
[68]
