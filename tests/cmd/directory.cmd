# Domains: added once, listed, changed.
$ mailctl domain add Example.NET --max-users 3 --catch-all ann@example.net -q
$ mailctl domain add example.net
2> mailctl: domain exists: example.net
[73]
$ mailctl domain add nodots
2> mailctl: nodots: a mail domain needs a dot
[65]
$ mailctl domain list --where 'domain=*.net' -o tsv --columns domain,enabled,users,max_users,catch_all
domain	enabled	users	max_users	catch_all
example.net	true	0	3	ann@example.net
$ mailctl domain set example.net --max-octets 1GiB --separators +- --comment 'second one' -q
$ mailctl domain list --where domain=example.net -o csv --columns max_octets,separators,comment
max_octets,separators,comment
1073741824,+-,second one
$ mailctl domain set example.net --max-message 25MiB --recipients 50 -q
$ mailctl domain list --where domain=example.net -o csv --columns max_message,recipients
max_message,recipients
26214400,50
$ mailctl domain set example.net --recipients many
2> mailctl: many: not a number, nor "none"
[65]
$ mailctl domain set example.net --separators abc
2> mailctl: --separators: characters out of +-_%=.#!$~, or none
[65]
$ mailctl domain set
2> mailctl: which domains? Name them, or choose with --where
[64]
$ mailctl domain alias add example.net example.info -q
$ mailctl domain alias add example.net example.info
2> mailctl: example.info is an alias of example.net already
[73]
$ mailctl domain alias list -o tsv
alias	domain
example.info	example.net

# Users. A password is never an argument.
$ mailctl user add Ann@example.net --name 'Ann Example' --department sales --password-stdin
< correct horse battery
2> added ann@example.net
$ mailctl user add bob@example.net --no-password -q --quota 10MiB --rights imap,smtp --contact phone=555 --forward bob@home.example
$ mailctl user add short@example.net --password-stdin
< abc
2> mailctl: a password needs at least 8 characters (auth.min_password_length)
[65]
$ mailctl user add eve@example.net
2> mailctl: no password: use --password-stdin, --password-file, --password-fd, --password-hash-file or --random-password
[65]
$ mailctl user add ann@example.net --no-password
2> mailctl: address taken: ann@example.net
[73]
$ mailctl user add ann@nowhere.example --no-password
2> mailctl: no such domain: nowhere.example
[68]
$ echo '{SHA512-CRYPT}$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3InaxBeoomnAihCKRVQAr/36eYJeNXGwTzcGsZ2dz8sPK6.5QJCp4mGEIpfZWIYrMiPiAk0' > hash; mailctl user add carl@example.net --password-hash-file hash -q
$ mailctl user list --domain example.net -o tsv --columns address,name,password,rights,quota
address	name	password	rights	quota
ann@example.net	Ann Example	argon2id	all	
bob@example.net		none	smtp,imap	10485760
carl@example.net		sha512-crypt	all	
$ mailctl user add dora@example.net --no-password
2> mailctl: example.net: limit of users reached
[65]
$ mailctl user list --domain example.info --where department=SALES -o tsv --columns address
address
ann@example.net
$ mailctl user list --domain example.net --where 'quota>1MiB' --columns address -o ndjson
{"address":"bob@example.net"}
$ mailctl user list --where nonsense=1
2> ...
2> mailctl: no field "nonsense"; there are ...
[64]
$ mailctl user show bob@example.info
address...bob@example.net
...
$ mailctl user set bob@example.net --rights -imap --expires 2099-01-01 --contact phone= -q
$ mailctl user list --where address=bob@example.net -o tsv --columns rights,expires,contact
rights	expires	contact
smtp	2099-01-01T00:00:00Z	
$ mailctl user set bob@example.net --bulk true -q
$ mailctl user list --domain example.net --where bulk=true -o tsv --columns address,bulk
address	bulk
bob@example.net	true
$ mailctl export users --domain example.net --columns address,bulk | grep bob; mailctl user set bob@example.net --bulk false -q; mailctl export users --domain example.net --columns address,bulk | grep bob
bob@example.net,yes
bob@example.net,no
$ mailctl user set bob@example.net --max-message 1MiB --recipients 5 -q
$ mailctl user list --where address=bob@example.net -o tsv --columns max_message,recipients
max_message	recipients
1048576	5
$ mailctl user set bob@example.net --max-message big
2> mailctl: ...
[65]
$ mailctl user set bob@example.net --recipients 1.5
2> mailctl: bob@example.net: 1.5: not a number, nor "none"
[65]
$ mailctl user set bob@example.net --max-message none -q
$ mailctl user list --where recipients=5 -o tsv --columns address,max_message
address	max_message
bob@example.net	
$ mailctl user set --domain example.net --quota none --dry-run
2> would change ann@example.net
2> would change bob@example.net
2> would change carl@example.net
2> would change 3 users
$ mailctl user passwd ann@example.net --random-password -o csv -q
address,password
ann@example.net,...
$ mailctl user passwd nobody@example.net --password-stdin
< some long password
2> mailctl: no such address: nobody@example.net
[67]

# Disabling, removing and the way back.
$ mailctl user disable bob@example.net -q && mailctl address explain bob@example.net
STEP  ADDRESS          WHAT
   1  bob@example.net  user: disabled
   2  bob@example.net  refused: disabled
[1]
$ mailctl user enable bob@example.net -q && mailctl user remove bob@example.net -q
$ mailctl user enable bob@example.net
2> mailctl: bob@example.net: is removed; see mailctl user restore
[77]
$ mailctl address check bob@example.net -o tsv
address	code	detail
bob@example.net	user	removed; mailctl user restore brings it back
[1]
$ mailctl user restore bob@example.net -q && mailctl user list --where address=bob@example.net --columns state -o tsv
state
active
$ mailctl user erase bob@example.net
2> bob@example.net: 0 messages, 0 B
2> mailctl: needs --yes where there is no terminal to ask at
[64]
$ mailctl user erase bob@example.net --yes
2> bob@example.net: 0 messages, 0 B
2> erased 1 user, 0 messages, 0 B
$ mailctl address check bob@example.net -o tsv
address	code	detail
bob@example.net	free	
$ mailctl user rename carl@example.net charles@example.net --keep-alias
2> carl@example.net is now charles@example.net
2> carl@example.net stays as an alias

# Many at once.
$ mailctl user generate --prefix s --from 8 --to 10 --width 3 --domain example.net --no-password
2> mailctl: s009@example.net: example.net: limit of users reached
2> mailctl: s010@example.net: example.net: limit of users reached
2> added 1 users
[3]

# Aliases: targets, wildcards, no circles.
$ mailctl alias add info@example.net ann@example.net far@home.example -q
$ mailctl alias add 'sales-*@example.net' info@example.net -q
$ mailctl alias add ann@example.net x@y.example
2> mailctl: address taken: ann@example.net
[73]
$ mailctl alias set info@example.net --add-target sales-all@example.net
2> mailctl: info@example.net: aliases would go round: info@example.net -> sales-*@example.net -> info@example.net
[65]
$ mailctl alias list --domain example.net -o tsv
address	targets	enabled	comment
carl@example.net	charles@example.net	true	former address
info@example.net	ann@example.net,far@home.example	true	
sales-*@example.net	info@example.net	true	
$ mailctl address explain sales-eu@example.info
STEP  ADDRESS                WHAT
   1  sales-eu@example.info  domain alias: sales-eu@example.net
   2  sales-eu@example.net   wildcard: sales-*@example.net
   3  sales-*@example.net    alias -> info@example.net
   4  info@example.net       alias -> ann@example.net, far@home.example
   5  ann@example.net        mailbox u_...
   6  far@home.example       another server's: into the queue
$ mailctl address explain x@far.example
STEP  ADDRESS        WHAT
   1  x@far.example  not a domain of this server
   2  x@far.example  refused: relaying denied
[1]
$ mailctl alias remove --domain example.net --where 'address=sales*' --yes
2> removed 1 alias
$ mailctl alias remove nothing@example.net
2> mailctl: no such address: nothing@example.net
[68]

# A domain goes when it is empty.
$ mailctl domain remove example.net --yes
2> mailctl: example.net still has 3 users and 2 aliases
[77]
$ mailctl alias remove --domain example.net --yes -q && mailctl user erase --domain example.net --yes -q && mailctl domain remove example.net --yes
2> removed example.net
$ mailctl domain show example.net
2> ...
2> mailctl: no such domain: example.net
[68]
$ mailctl user generate --prefix s --to 100 --domain example.net --no-password
2> mailctl: no such domain: example.net
[68]

# A domain under another name: everything comes along, the old name stays.
$ mailctl domain add old.example -q && mailctl user add kim@old.example --no-password -q && mailctl alias add info@old.example kim@old.example -q
$ mailctl domain rename old.example new.example --dry-run
2> would rename old.example to new.example, with 1 users and 1 aliases
$ mailctl domain rename old.example new.example
2> old.example is now new.example; old.example stays as an alias of it
$ mailctl user list --domain new.example -o tsv --columns address
address
kim@new.example
$ mailctl alias list --domain new.example -o tsv --columns address,targets
address	targets
info@new.example	kim@new.example
$ mailctl domain rename old.example other.example
2> mailctl: old.example is an alias of new.example
[64]
$ mailctl domain rename new.example nodots
2> mailctl: nodots: a mail domain needs a dot
[65]
$ mailctl -q store check
