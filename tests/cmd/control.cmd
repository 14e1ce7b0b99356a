# Commands from another machine: tokens, certificates, files and streams over TLS. CLI-07
$ mailctl control token 'lap top'
2> mailctl: a token's name is letters...
[64]
$ mailctl control token laptop --add > laptop.token
2> changed ...mailctl.toml; mailctl conf apply puts it in force
$ wc -c < laptop.token
49
$ mailctl control token laptop --add
2> mailctl: laptop: has a token already
[73]
$ mailctl control token second | wc -l
2> For the settings:
2> 
2> [[control.token]]
2> name = "second"
2> sha256 = "..."
2> ...
1
$ mailctl tls new second --key second.key --certificate second.pem -q
$ mailctl tls new stranger --key stranger.key --certificate stranger.pem -q
$ mailctl tls new localhost --key server.key --certificate server.pem -q
$ mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q
$ mailctl conf set control.client_ca second.pem -q; mailctl conf set control.port $((PORT_BASE+26)) -q; mailctl conf set control.listen '["127.0.0.1"]' -q
# server
$ printf 'mailctl --host localhost:$((PORT_BASE+26)) --host-ca server.pem "$@"\n' > far; printf 'exec sh ./far --host-token-file laptop.token "$@"\n' > token; printf 'exec sh ./far --host-certificate second.pem --host-key second.key "$@"\n' > certificate; unset MAILCTL_CONF; sh ./token status -o json | grep -c '"version"'
1
$ env -u MAILCTL_CONF sh ./certificate domain add example.org
2> added example.org
$ printf 'address,full_name\nann@example.org,Ann\nbob@example.org,Bob\nnobody,No\n' > people.csv; env -u MAILCTL_CONF sh ./token import users people.csv --rejects bad.csv --random-passwords made.csv -o tsv | cut -f 1-2; cat bad.csv; wc -l < made.csv
2> ...
rows	added
3	2
reject_line,reject_reason,address,full_name
4,no domain; ...,nobody,No
3
$ env -u MAILCTL_CONF sh ./token user list --columns address -o tsv
address
ann@example.org
bob@example.org
$ env -u MAILCTL_CONF sh ./token user passwd ann@example.org --password-stdin
< correct horse battery
2> changed the password of ann@example.org
$ env -u MAILCTL_CONF sh ./token user passwd bob@example.org
2> mailctl: no password: use --password-stdin, ...
[65]
# An output that nobody reads ends the command; one that cannot be written too.
$ env -u MAILCTL_CONF sh ./token export users | head -1 | cut -d , -f 1
address
$ env -u MAILCTL_CONF MAILCTL_HOST=localhost:$((PORT_BASE+26)) MAILCTL_HOST_CA=server.pem MAILCTL_HOST_TOKEN=$(cat laptop.token) mailctl address check free@example.org
...
# Who is not known, and who is not whom they should be.
$ echo guess > wrong.token; env -u MAILCTL_CONF sh ./far --host-token-file wrong.token status
2> mailctl: this server does not know you
[77]
$ env -u MAILCTL_CONF sh ./far status
2> mailctl: this server does not know you
[77]
$ env -u MAILCTL_CONF sh ./far --host-certificate stranger.pem --host-key stranger.key status
2> mailctl: the server went away before the command had ended (...)
[75]
$ mailctl --host localhost:$((PORT_BASE+26)) --host-token-file laptop.token status
2> mailctl: localhost: TLS: certificate verify failed (...)
[77]
$ mailctl --host 127.0.0.1:$((PORT_BASE+26)) --host-ca server.pem --host-token-file laptop.token status
2> mailctl: 127.0.0.1: TLS: certificate verify failed (IP address mismatch)
[77]
$ mailctl --host localhost:$((PORT_BASE+27)) status
2> mailctl: localhost port ...: Connection refused
[69]
$ mailctl --host localhost:0 status
2> mailctl: "localhost:0" is no HOST[:PORT]
[65]
$ mailctl --host localhost conf check
2> mailctl: this command works on this machine's files: not with --host
[64]
$ mailctl --host localhost -c mailctl.toml status
2> mailctl: -c is for this machine's settings: not with --host
[64]
$ mailctl --host localhost --host-key second.key status
2> mailctl: --host-certificate and --host-key need each other
[65]
# A token that is gone from the settings counts no more.
$ sed -i '/^\[\[control.token/,+2d' mailctl.toml && mailctl conf apply --yes -q; env -u MAILCTL_CONF sh ./token status
2> mailctl: this server does not know you
[77]
