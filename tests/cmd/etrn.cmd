# Mail that another server keeps is asked for; who asks may log in first.
$ printf '\n[[route]]\nname = "inside"\nrecipients = ["far.example"]\nhosts = ["127.0.0.1:1"]\naccept = true\nhold_for_etrn = true\n' >> mailctl.toml; mailctl conf set 'listener[smtp].auth' true -q; mailctl conf set 'listener[smtp].plaintext_auth' always -q; mailctl conf check
...
$ mailctl domain add example.org -q; echo correct horse battery | mailctl user add ann@example.org --password-stdin -q
# server
$ mailctl smtp etrn 127.0.0.1 far.example --port $((PORT_BASE+25))
251 ...No messages are waiting for that node
$ mailctl smtp etrn 127.0.0.1 elsewhere.example --port $((PORT_BASE+25))
459 ...
[77]
$ echo correct horse battery | mailctl smtp etrn 127.0.0.1 far.example --port $((PORT_BASE+25)) --user ann@example.org --password-file - --plain
251 ...No messages are waiting for that node
$ echo wrong | mailctl smtp etrn 127.0.0.1 far.example --port $((PORT_BASE+25)) --user ann@example.org --password-file - --plain
2> mailctl: ...
[69]
# A password does not go to whoever answers: this certificate is self-signed.
$ echo correct horse battery | mailctl smtp etrn 127.0.0.1 far.example --port $((PORT_BASE+25)) --user ann@example.org --password-file -
2> mailctl: ...certificate...
[69]
$ mailctl smtp etrn 127.0.0.1 far.example --user ann@example.org
2> ...
[64]
