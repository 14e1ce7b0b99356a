# An empty queue, and ids that are none.
$ mailctl queue list -o tsv
id	arrived	size	sender	recipients	done	state	attempts	next_attempt	priority	destination	last_reply
$ mailctl queue show q_0000000000000001
2> ...
2> mailctl: not in the queue: q_0000000000000001
[68]
$ mailctl queue cat 17
2> ...
2> mailctl: not an id of the form q_<16 hex>
[65]
$ mailctl queue headers q_0000000000000001
2> ...
2> mailctl: not in the queue: q_0000000000000001
[68]
# Verbs that change something want to know what: nothing said is nothing, and nothing found is 1.
$ mailctl queue drop
2> mailctl: which messages? Name them, or choose with --from, --to, --domain, --account, --state and the like; --all is everything
[64]
$ mailctl queue drop --to '*' --yes
2> no message is chosen by that
[1]
$ mailctl queue hold --all
2> no message is chosen by that
[1]
$ mailctl queue release q_0000000000000001
2> mailctl: not in the queue: q_0000000000000001
[68]
$ printf 'id\nq_0000000000000001\n' | mailctl queue retry --ids-from -
2> 1 of 1 are not in the queue any more
2> no message is chosen by that
[1]
# Words that mean nothing.
$ mailctl queue list --age 2x
2> ...
2> mailctl: --age: ...
[65]
$ mailctl queue list --age '<0s'
2> ...
2> mailctl: --age: nothing is less than that
[65]
$ mailctl queue list --size '>lots'
2> ...
2> mailctl: --size: ...
[65]
$ mailctl queue list --attempts many
2> ...
2> mailctl: --attempts: not a number: many
[65]
$ mailctl queue list --state odd
2> ...
2> mailctl: --state: one of waiting, retry, held, due, delivering, any
[65]
$ mailctl queue list --columns odd
2> ...
2> mailctl: no field "odd"; there are id, arrived, age, ...
[64]
$ printf 'id\n17\n' | mailctl queue list --ids-from -
2> ...
2> mailctl: -:2: not an id of the form q_<16 hex>
[65]
$ mailctl queue priority 11 --all
2> mailctl: ...
2> ...
[64]
$ mailctl queue reroute smart_host:none --all
2> mailctl: ...
[65]
$ mailctl queue export - > archive && wc -c < archive
2> ...
2> exported 0 messages
1024
# Rules need words, a way where they route, and are found by number.
$ mailctl queue rules add hold
2> mailctl: which messages? A rule needs --from, --to, --domain, --account or --size
[64]
$ mailctl queue rules add route --domain far.example
2> mailctl: a rule that routes needs --route
[65]
$ mailctl queue rules add burn --domain far.example
2> mailctl: ...
2> ...
[64]
$ mailctl queue rules add hold --to @far.example --reason 'their move' --owner ann --for 2h
2> added rule 1; it is for 0 messages now
$ mailctl queue rules add route --from 'news@*' --route mx --size '>1MiB'
2> added rule 2; it is for 0 messages now
$ mailctl queue rules add drop --error 'user unknown' --dry-run
2> would add the rule; it is for 0 messages now
$ mailctl queue rules list -o tsv
2> ...
number	action	match	route	reason	owner	created	expires
1	hold	--to *@far.example		their move	ann	...	...
2	route	--from news@* --size >=1048577	mx			...	
$ mailctl queue rules remove 2 1
2> removed rule 2
2> removed rule 1
$ mailctl queue rules remove 2
2> mailctl: no queue rule 2
[68]
# Stopped deliveries stay stopped.
$ mailctl queue pause --dry-run
2> would stop deliveries
$ mailctl queue pause
2> deliveries are stopped; mail is still accepted
$ mailctl queue pause
2> deliveries are stopped already
$ mailctl queue top -o tsv
2> ...
domain	total	5m	10m	20m	40m	80m	160m	320m	640m	1280m	1280m+
$ mailctl queue top
2> ...
0 messages, 0 recipients, 0 destinations; deliveries are stopped
...
$ mailctl queue retry --destination far.example
2> mailctl: no server runs: no destination is backed off
[69]
$ mailctl queue resume
2> deliveries go on
$ mailctl queue history -o csv
2> ...
id,finished,arrived,size,sender,recipients,result,attempts,account,last_reply
