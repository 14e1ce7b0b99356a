# An empty queue, and ids that are none.
$ mailctl queue list -o tsv
id	arrived	size	sender	recipients	account	attempts	next_attempt	held	last_reply
$ mailctl queue show q_0000000000000001
2> ...
2> mailctl: not in the queue: q_0000000000000001
[68]
$ mailctl queue cat 17
2> ...
2> mailctl: not an id of the form q_<16 hex>
[65]
$ mailctl queue drop
2> mailctl: which messages? Name them, or choose with --from, --to, --domain or --account; --to '*' is all
[64]
$ mailctl queue drop --to '*' --yes
2> dropped 0 messages
