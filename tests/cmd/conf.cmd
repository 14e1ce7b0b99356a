# What conf init wrote is right, complete and commented.
$ mailctl conf check -q
$ mailctl conf show server.default_domain -o tsv
key	value	default	origin	changed
server.default_domain	"example.org"	""	...mailctl.toml:...	true
$ grep -c '^# vrfy = false' mailctl.toml
1

# A key is set beside its commented default, and the file stays right.
$ mailctl conf set smtp.vrfy true -q && grep -A1 '^# vrfy' mailctl.toml | tr '#' '>'
> vrfy = false
vrfy = true
$ mailctl conf show --changed smtp.
KEY        VALUE
smtp.vrfy  true
$ mailctl conf set 'listener[smtp].banner' 'Hello there' -q && mailctl conf show banner --changed -o csv
key,value,default,origin,changed
listener[smtp].banner,"""Hello there""","""""",...,true

# Mistakes are told with the nearest known key, and nothing changes.
$ mailctl conf set smtp.vrfi true
2> mailctl: smtp.vrfi: no such key; did you mean smtp.vrfy?
[68]
$ mailctl conf set limits.imap.idle 5m
2> mailctl: ...mailctl.toml:...: limits.imap.idle: must be at least 30m (RFC 9051 §5.4)
[78]
$ printf '\n[smpt]\nvrfy = true\n' >> mailctl.toml; mailctl conf check
...mailctl.toml:...:2: smpt: unknown key; did you mean smtp?
[78]
$ mailctl -c /nonexistent.toml conf check
/nonexistent.toml: cannot be read
[66]

# What a key is for.
$ mailctl conf describe smtp.bare_newline
key          smtp.bare_newline
type         choice
choices      refuse, fix
default      "refuse"
a change is  reconnect
purpose      What happens to a bare CR or LF in a message
more         Refusing them is what keeps smuggled messages out; ...
since        0.1
$ mailctl conf describe no.such.key
2> mailctl: no key contains "no.such.key"
[68]

# init never overwrites.
$ mailctl conf init . --domain example.org
2> mailctl: ./mailctl.toml exists; nothing was changed
[73]
$ mailctl conf init x --domain example
2> mailctl: --domain: a mail domain needs a dot
[64]

# Usage.
$ mailctl
2> mailctl: A subcommand is required
2> Run with --help for more information.
[64]
$ mailctl conf nonsense
2> ...
[64]
$ mailctl --version
mailctl 0.1.0
$ mailctl explain 75
STATUS  NAME      MEANING         CURE
    75  TEMPFAIL  locked or busy  try again later
