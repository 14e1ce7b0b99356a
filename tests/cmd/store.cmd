# The store on another folder: compared, then named in the settings.
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --no-password -q
$ mailctl store move elsewhere
2> mailctl: say --yes to move ...
[64]
$ mailctl store move data/inside --yes
2> ...
2> mailctl: ...
[65]
$ mkdir full; touch full/x; mailctl store move full --yes
2> ...
2> mailctl: ...
[73]
$ mailctl store move elsewhere --dry-run; ls elsewhere
2> would move ...
2> ls: ...
[2]
$ mailctl store move elsewhere --yes -q; ls elsewhere
bodies
rows
$ ls data
2> ls: ...
[2]
$ mailctl -q user list -o tsv --columns address
address
ann@example.org
$ mailctl -q store check
$ mailctl -q store move third --keep; ls -d elsewhere third
elsewhere
third
$ mailctl conf show -o tsv server.data_dir | grep -c /third
1

# A running server keeps its store.
# server
$ mailctl store move fourth --yes
2> mailctl: the server uses the store; stop it first
[75]
