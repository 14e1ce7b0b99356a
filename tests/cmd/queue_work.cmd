# Working on a queue with messages in it: list first, then act with the same words.
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
# server
$ mailctl queue pause
2> deliveries are stopped; mail is still accepted
$ printf 'Subject: one\n\nfirst\n' | mailctl sendmail -f ann@example.org x@far.example
$ printf 'Subject: two\n\nsecond\n' | mailctl sendmail -f ann@example.org y@far.example z@other.example
$ printf 'Subject: =?utf-8?q?dr=C3=A9i?=\n\nthird\n' | mailctl sendmail -f bob@example.org z@third.example
$ mailctl queue list -o tsv --columns sender,recipients,done,state,attempts,priority,destination,subject
sender	recipients	done	state	attempts	priority	destination	subject
ann@example.org	x@far.example	0/1	waiting	0	5	far.example	one
ann@example.org	y@far.example,z@other.example	0/2	waiting	0	5	far.example,other.example	two
bob@example.org	z@third.example	0/1	waiting	0	5	third.example	dréi
$ mailctl queue list --domain far.example -o csv --columns sender,subject
sender,subject
ann@example.org,one
ann@example.org,two
$ mailctl queue list --to @other.example --from 'ann@*' -o tsv --columns subject
subject
two
$ mailctl queue list --from 'bob@*' --state waiting --age '<1h' --size '<1MiB' --attempts '<1' --limit 5 -o tsv --columns subject
subject
dréi
$ mailctl queue list --state retry -o tsv --columns subject
subject
$ mailctl queue list --age '>1h' -o tsv --columns subject
subject
$ mailctl queue list --limit 2 -o tsv --columns subject,last_attempt,age
subject	last_attempt	age
one		...
two		...
# More than one needs --yes here; a rehearsal tells what would be.
$ mailctl queue hold --domain far.example --reason 'their move'
2> mailctl: ...
[64]
$ mailctl queue hold --domain far.example --dry-run
2> would hold q_... of ann@example.org
2> would hold q_... of ann@example.org
2> would hold 2 messages
$ mailctl queue hold --domain far.example --reason 'their move' --yes
2> held 2 messages
$ mailctl queue hold --domain far.example --dry-run
2> would hold 0 messages
[1]
# The second is held for one of its recipients only.
$ mailctl queue list --state held -o tsv --columns state,destination,hold_reason,subject
state	destination	hold_reason	subject
held	far.example	their move	one
waiting	far.example,other.example	their move	two
$ mailctl queue shape -o tsv
domain	total	5m	10m	20m	40m	80m	160m	320m	640m	1280m	1280m+
far.example	2	2	0	0	0	0	0	0	0	0	0
other.example	1	1	0	0	0	0	0	0	0	0	0
third.example	1	1	0	0	0	0	0	0	0	0	0
$ mailctl queue shape --by sender --domain far.example -o csv
sender,total,5m,10m,20m,40m,80m,160m,320m,640m,1280m,1280m+
ann@example.org,2,2,0,0,0,0,0,0,0,0,0
$ mailctl queue shape --state held
DOMAIN       TOTAL  5M  10M  20M  40M  80M  160M  320M  640M  1280M  1280M+
TOTAL            2   2    0    0    0    0     0     0     0      0       0
far.example      2   2    0    0    0    0     0     0     0      0       0
$ mailctl queue report --by sender --html | grep '<tr><td>'
<tr><td>ann@example.org</td><td>3</td><td>3</td>...
<tr><td>bob@example.org</td><td>1</td><td>1</td>...
$ mailctl queue top --once --rows 1 -o tsv | head -1
destination	waiting	under_way	connections	idle	delivered	deferred	failed	backs_off_until	last_reply
$ mailctl queue top | head -1
0 under way; since the start 0 delivered, 0 deferred, 0 failed; deliveries are stopped
$ mailctl queue top --interval 1ms
2> mailctl: --interval: a time of 200ms or more
[64]
$ mailctl queue retry --destination far.example
2> tries far.example again at once
$ mailctl queue top --stored --once --rows 1 -o tsv
domain	total	5m	10m	20m	40m	80m	160m	320m	640m	1280m	1280m+
far.example	2	...
$ mailctl queue release --state held --yes
2> released 2 messages
$ mailctl queue list --state held -o tsv --columns id
id
# Priority, route and time.
$ mailctl queue priority 9 --from bob@example.org
2> changed 1 message
$ mailctl queue reroute mx --domain other.example
2> rerouted 1 message
$ mailctl queue list --from bob@example.org -o tsv --columns priority
priority
9
$ mailctl queue list --domain other.example -o ndjson --columns route,class
{"route":"","class":"normal"}
$ mailctl queue show $(mailctl queue list --domain other.example -o tsv --columns id | tail -1) -o json | grep -o 'by mx'
by mx
$ mailctl queue retry --all --reset --yes
2> made due 0 messages
2> 3 messages were so already, or are gone
# Ids come from lists, too.
$ mailctl queue list --from bob@example.org -o tsv | mailctl queue headers $(mailctl queue list --from bob@example.org -o tsv --columns id | tail -1) | grep Subject | tr -d '\r'
Subject: =?utf-8?q?dr=C3=A9i?=
$ mailctl queue list --from bob@example.org -o tsv > ids && mailctl queue export copies.tar --ids-from ids && tar -tf copies.tar
2> exported 1 message
q_....eml
q_....json
$ tar -xOf copies.tar --wildcards '*.eml' | tail -1 | tr -d '\r'
third
$ tar -xOf copies.tar --wildcards '*.json'
{"id":"q_...","sender":"bob@example.org","recipients":[{"address":"z@third.example","state":"waiting",...
# One recipient is dropped, and the message goes on for the other.
$ mailctl queue drop --domain other.example --reason 'no use'
2> dropped 1 message
$ mailctl queue list --from 'ann@*' -o tsv --columns done,destination,subject
done	destination	subject
0/1	far.example	one
1/2	far.example	two
$ mailctl queue drop --ids-from ids
2> dropped 1 message
$ mailctl queue drop --ids-from ids
2> 1 of 1 are not in the queue any more
2> no message is chosen by that
[1]
$ mailctl queue history -o tsv
id	finished	arrived	size	sender	recipients	result	attempts	account	last_reply
q_...	...	...	...	bob@example.org	z@third.example	dropped	0		dropped by command
$ mailctl queue history -v --from bob@example.org -o csv
id,start,took_ms,destination,host,address,tls,delivered,deferred,failed,reply
$ mailctl queue show $(mailctl queue history -o tsv | tail -1 | cut -f 1) | grep -E 'state|recipients'
state...finished
recipients...z@third.example dropped (dropped by command)
# What fails waits for its sender to be told.
$ mailctl queue fail --domain far.example --reason 'We gave up' --yes
2> failed 2 messages
$ mailctl queue list -o tsv --columns state,last_reply
state	last_reply
failing	554 5.7.1 We gave up
failing	554 5.7.1 We gave up
# Rules are for what comes and for what waits.
$ printf 'Subject: four\n\nx\n' | mailctl sendmail -f ann@example.org a@late.example
$ mailctl queue rules add hold --to @late.example --reason 'a storm' --for 2h
2> added rule 1; it is for 1 message now
$ printf 'Subject: five\n\nx\n' | mailctl sendmail -f ann@example.org b@late.example
$ mailctl queue rules add drop --domain never.example
2> added rule 2; it is for 0 messages now
$ printf 'Subject: six\n\nx\n' | mailctl sendmail -f ann@example.org b@never.example
$ mailctl queue list --state held -o tsv --columns subject,hold_reason
subject	hold_reason
four	rule 1: a storm
five	rule 1: a storm
$ mailctl queue history --to @never.example -o tsv | cut -f 5-7
sender	recipients	result
ann@example.org	b@never.example	dropped
$ mailctl store check
...
