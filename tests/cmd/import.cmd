# A file from another system: its own spelling, semicolons, a comment, a byte order mark.
$ printf '\357\273\277E-Mail;Display Name;Password;Department;Phone\n#left\nann@example.net;"Ann; Lee";{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9hqQ0l1;R&D;+49 1\nbob@example.net;Bob;{SHA256}pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=;;\n' > staff.csv

# Nothing changes in a dry run, which says what would happen.
$ mailctl import users staff.csv --separator ';' --comment '#' --dry-run -o csv
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,0,0,0,0,2,0,true
[3]
$ cat staff.csv.rejects.csv
reject_line;reject_reason;address;full_name;password;department;phone
3;"domain example.net is not hosted here; --create-domains makes it";ann@example.net;"Ann; Lee";{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9hqQ0l1;R&D;+49 1
4;...
$ mailctl import users staff.csv --separator ';' --comment '#' --create-domains --dry-run -o csv
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,2,0,0,0,0,1,true
$ mailctl import users staff.csv --separator ';' --comment '#' --create-domains -o csv
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,2,0,0,0,0,1,false

# Again: they exist.
$ mailctl import users staff.csv --separator ';' --comment '#' -o csv
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,0,0,0,2,0,0,false
2> line 3: ann@example.net exists, left as it is
2> line 4: bob@example.net exists, left as it is
2> ...

# Upsert by address: only fields with a value change.
$ mailctl import users - --update -o csv
< address,department,quota,forward_to,message_size,recipients
< ANN@Example.NET,,2GiB,,25MiB,20
< bob@example.net,Sales,,carl@example.com,,
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,0,2,0,0,0,0,false
$ mailctl export users --domain example.net --columns address,full_name,department,quota,forward_to,phone
address,full_name,department,quota,forward_to,phone
ann@example.net,Ann; Lee,R&D,2147483648,,+49 1
bob@example.net,Bob,Sales,,carl@example.com,
$ mailctl export users --domain example.net --columns address,message_size,recipients
address,message_size,recipients
ann@example.net,26214400,20
bob@example.net,,

# What export writes, import reads: nothing is different.
$ mailctl export users --with-hashes > all.csv; mailctl import users all.csv --update -o csv
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
2,0,0,2,0,0,0,false
$ mailctl export users -o ndjson --columns address,state
{"address":"ann@example.net","state":"active"}
{"address":"bob@example.net","state":"active"}

# Each bad row with its line and reason; the good ones are taken.
$ mailctl import users - -o csv
< address,password,quota,rights
< no-at-sign,secret secret,,
< carl@example.net,{NOPE}abc,,
< dora@example.net,short,,
< emil@example.net,,,
< fritz@example.net,{SHA256}pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=,1XB,
< gerd@example.net,{SHA256}pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=,,imap smtp fly
< hans@example.net,{SHA256}pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=,,"imap,smtp"
< "ida@example.net"x,a
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
8,1,0,0,0,7,0,false
2> mailctl: line 2: no domain; --domain gives one to all such rows
2> mailctl: line 3: password_hash: ...
2> mailctl: line 4: password: shorter than auth.min_password_length, 8
2> mailctl: line 5: no password; --random-passwords makes one
2> mailctl: line 6: quota: ...
2> mailctl: line 7: rights: "imap smtp fly" is unknown
2> mailctl: line 9: text after a closing quote
2> 7 of 8 rows rejected
[3]

# Passwords made, and written once.
$ mailctl import users - --random-passwords made.csv -q -o csv
< address
< ida@example.net
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
1,1,0,0,0,0,0,false
$ tr -d '\r' < made.csv | sed 's/,................$/,SIXTEEN/'
address,password
ida@example.net,SIXTEEN

# Files of other servers.
$ mailctl import users - --preset evo --create-domains -q -o csv
< kim,secret secret,example.com,Kim Lee,Sales,1,2
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
1,1,0,0,0,0,1,false
$ mailctl import users - --preset hmailserver --domain example.com -q -o csv
< # name,password,size
< lea,secret secret,100
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
1,1,0,0,0,0,0,false
$ mailctl import users - --preset mailenable -q -o csv
< mia@example.com,secret secret,-1,Mia
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
1,1,0,0,0,0,0,false
$ mailctl export users --domain example.com --columns address,full_name,department,phone,mobile,quota
address,full_name,department,phone,mobile,quota
kim@example.com,Kim Lee,Sales,1,2,
lea@example.com,,,,,104857600
mia@example.com,Mia,,,,

# Wrong from the start.
$ mailctl import users -
< address,shoe size
2> mailctl: column 2 "shoe size" is unknown: --map "shoe size=COLUMN" names it, "=-" leaves it out; columns are address...
[65]
$ mailctl import users - --map 'shoe size=-' --dry-run -o csv
< address,shoe size
rows,added,updated,unchanged,existing,rejected,domains_added,dry_run
0,0,0,0,0,0,0,true
$ mailctl import users -
< name,password
2> mailctl: no column holds the address: the first row must name one "address", or --map or --preset must tell which it is
[65]
$ mailctl import users nowhere.csv
2> mailctl: nowhere.csv: No such file or directory
[66]
$ mailctl -q export users --columns address,nope
2> mailctl: no column "nope"; there are address, certificates, full_name, ...
[64]

$ mailctl export domains --columns domain,enabled,users | grep -v example.org
domain,enabled,users
example.com,true,3
example.net,true,4
$ mailctl export aliases
address,targets,enabled,comment,created,send_as
