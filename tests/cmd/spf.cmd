# What domains say of hosts, by a zone file.
$ printf '$TTL 60\nexample. IN SOA ns.example. root.example. 1 3600 600 86400 300\ngood.example. IN TXT "v=spf1 include:net.example -all exp=why.example"\nnet.example. IN TXT "v=spf1 ip4:192.0.2.0/24 ip4:127.0.0.1 ip6:2001:db8::/32"\nwhy.example. IN TXT "%%{i} is no host of %%{d}"\ngood.example. IN MX 10 mx.good.example.\nmx.good.example. IN A 127.0.2.88\nbad.example. IN TXT "v=spf1 -all"\nodd.example. IN TXT "v=spf1 a:192.0.2.1 -all"\nmail.example. IN TXT "v=spf1 ip4:192.0.2.9 ~all"\nlong.example. IN TXT "v=spf1 a a a a a a a a a a mx -all"\n' > zone
$ mailctl spf check --ip 192.0.2.1 --from ann@good.example --zone zone
result        pass
identity      mailfrom
domain        good.example
ip            192.0.2.1
record        v=spf1 include:net.example -all exp=why.example
matched       include:net.example,...ip4:192.0.2.0/24
lookups       1
void lookups  0
explanation
reason
$ mailctl spf check --ip 198.51.100.1 --from ann@good.example --zone zone -o json
{"schema":"mailctl.spf.check/1","result":"fail","identity":"mailfrom","domain":"good.example","ip":"198.51.100.1","record":"v=spf1 include:net.example -all exp=why.example","matched":["-all"],"lookups":1,"void_lookups":0,"explanation":"198.51.100.1 is no host of good.example","reason":""...}
[1]
$ mailctl spf check --ip 2001:db8::7 --from ann@good.example --zone zone -o json -q | grep -o '"result":"[a-z]*"'
"result":"pass"
$ mailctl spf check --ip 192.0.2.1 --from ann@odd.example --zone zone -o json -q | grep -o '"reason":.*'
"reason":"odd.example: \"a:192.0.2.1\": a takes a name, not an address: ip4:192.0.2.1"...}
$ mailctl spf check --ip 192.0.2.1 --from ann@nowhere.example --zone zone -o tsv
result	identity	domain	ip	record	matched	lookups	void_lookups	explanation	reason
none	mailfrom	nowhere.example	192.0.2.1			0	0		nowhere.example does not exist
[1]
# The name that a host calls itself: by itself, and for the null sender.
$ mailctl spf check --ip 192.0.2.1 --helo mail.example --zone zone -o json | grep -o '"result":"[a-z]*","identity":"[a-z]*"'
"result":"softfail","identity":"helo"
$ mailctl spf check --ip 192.0.2.9 --helo mail.example --from '<>' --zone zone -o json | grep -o '"result":"[a-z]*","identity":"[a-z]*"'
"result":"pass","identity":"mailfrom"
$ mailctl spf check --ip 192.0.2.1 --zone zone
2> mailctl: --from ADDRESS or --helo NAME is needed
[64]
$ mailctl spf check --ip mail.example --from ann@good.example --zone zone
2> mailctl: no IP address: mail.example
[65]
$ mailctl spf check --ip 192.0.2.1 --from ann --zone zone
2> mailctl: ...
[65]
# Nobody answers.
$ mailctl conf set dns.servers '["127.0.0.1:9"]' -q; mailctl conf set dns.timeout 100ms -q; mailctl spf check --ip 192.0.2.1 --from ann@good.example -o json | grep -o '"result":"[a-z]*"'
"result":"temperror"
$ mailctl spf check --ip 192.0.2.1 --from ann@good.example > /dev/null
[75]
# Records, and how much they ask for.
$ mailctl spf show good.example --zone zone -o tsv
depth	domain	term	lookup	problem
0	good.example	include:net.example	true	
1	net.example	ip4:192.0.2.0/24	false	
1	net.example	ip4:127.0.0.1	false	
1	net.example	ip6:2001:db8::/32	false	
0	good.example	-all	false	
0	good.example	exp=why.example	false	
2> a check takes up to 1 of 10 lookups
$ mailctl spf show long.example --zone zone | wc -l
2> mailctl: a check may take 11 lookups: over 10 are a permerror
13
$ mailctl spf show long.example --zone zone > /dev/null
2> mailctl: a check may take 11 lookups: over 10 are a permerror
[65]
$ mailctl spf show odd.example --zone zone
2> mailctl: odd.example: "a:192.0.2.1": a takes a name, not an address: ip4:192.0.2.1
[65]
$ mailctl spf show nowhere.example --zone zone
2> mailctl: nowhere.example does not exist
[1]

# Bounces go to those whose domain says that the mail came from it, and to nobody else.
$ mailctl conf set bounce.to spf -q; printf '\n[[route]]\nname = "closed"\nrecipients = ["closed.example"]\naccept = true\nvia = "refuse"\nreason = "Nobody is there"\n' >> mailctl.toml; mailctl conf set dns.zone_files "[\"$PWD/zone\"]" -q; mailctl conf set outbound.port 9 -q; mailctl conf check -q; mailctl domain add example.org -q
$ printf 'import os, smtplib, sys\nfor sender in sys.argv[1:]:\n    s = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\n    s.sendmail(sender, "bob@closed.example", "From: " + sender + "\\r\\nSubject: hello\\r\\n\\r\\ntext\\r\\n")\n    s.quit()\n' > send.py
# server
$ python3 send.py carol@bad.example carol@odd.example carol@nowhere.example carol@good.example
$ for i in $(seq 100); do [ $(mailctl queue history -o tsv | wc -l) = 5 ] && break; sleep 0.1; done; mailctl queue list -o tsv --columns sender,recipients,class
sender	recipients	class
<>	carol@good.example	bounce
$ for q in $(mailctl queue history -o tsv | cut -f 1 | grep q_); do mailctl queue show $q -o json; done | grep -o '"spf":"[a-z]*"' | sort
"spf":"fail"
"spf":"none"
"spf":"pass"
"spf":"permerror"
$ mailctl queue cat $(mailctl queue list -o tsv --columns id | tail -1) | tr -d '\r' | grep -A1 '^Received-SPF'
Received-SPF: pass (...: good.example permits 127.0.0.1)
	client-ip=127.0.0.1;
