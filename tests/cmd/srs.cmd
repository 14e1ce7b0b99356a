# Return addresses of forwarded mail, and the keys that sign them.
$ mailctl srs wrap bob@example.net --by ann@example.org -o tsv
address
SRS0=...=example.net=bob@example.org
$ mailctl srs unwrap "$(mailctl srs wrap bob@example.net --by ann@example.org -o tsv | tail -1)" -o ndjson
{"address":"bob@example.net"}
$ mailctl srs unwrap SRS0=AAAAAA=AA=example.net=bob@example.org
2> mailctl: SRS0=AAAAAA=AA=example.net=bob@example.org: a return address that was not made here
[77]
$ mailctl srs unwrap bob@example.org
2> mailctl: bob@example.org: not a return address of forwarded mail
[65]
# After a rotation what was signed before is still accepted.
$ old=$(mailctl srs wrap bob@example.net --by ann@example.org -o tsv | tail -1); mailctl srs rotate --dry-run; mailctl srs rotate -q; mailctl srs unwrap "$old" -o tsv; test "$old" != "$(mailctl srs wrap bob@example.net --by ann@example.org -o tsv | tail -1)"
address
bob@example.net
2> would make a new key
# Keys of the settings: the first signs, all are accepted.
$ printf one > one.key; printf two > two.key; mailctl conf set forward.srs_secrets '["file:one.key"]' -q; mailctl srs wrap bob@example.net --by ann@example.org -o tsv | tail -1 > old; mailctl conf set forward.srs_secrets '["file:two.key", "file:one.key"]' -q; mailctl srs unwrap "$(cat old)" -o tsv
address
bob@example.net
$ mailctl srs rotate
2> mailctl: the keys are those of forward.srs_secrets: put a new one before them
[65]
$ mailctl conf set forward.srs_lifetime 1001d
2> mailctl: ...forward.srs_lifetime: must be at most 1000 days
[78]
