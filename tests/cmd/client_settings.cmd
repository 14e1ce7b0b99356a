# What a user types into a mail program, and whole files for those that have one. DOM-15
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user client-settings ann@example.org
2> ...
2> mailctl: ann@example.org: no listener for reading or sending mail that others reach: all of them are on loopback addresses or Unix sockets
[68]
$ mailctl tls new mail.example.org --key server.key --certificate server.pem -q; mailctl conf set server.hostname mail.example.org -q; mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q; for i in 0 1 2 3 4 5 6; do mailctl conf set "listener[$i].addresses" '["0.0.0.0"]' -q; done
$ mailctl user client-settings ann@example.org | sed "s/ $((PORT_BASE+993))$/ IMAPS/; s/ $((PORT_BASE+995))$/ POP3S/; s/ $((PORT_BASE+465))$/ SMTPS/"
E-mail address: ann@example.org

To read mail (IMAP; it stays on the server, for several devices):
  Server name:   mail.example.org
  Port:          IMAPS
  Security:      SSL/TLS
  User name:     ann@example.org
  Password:      your password

Instead, to fetch mail to one computer (POP3):
  Server name:   mail.example.org
  Port:          POP3S
  Security:      SSL/TLS
  User name:     ann@example.org
  Password:      your password

To send mail (SMTP; the server asks for the same name and password):
  Server name:   mail.example.org
  Port:          SMTPS
  Security:      SSL/TLS
  User name:     ann@example.org
  Password:      your password

The user name is the whole e-mail address. Your password is the one that you were
given; where an app password was made for this program, it goes there instead.
$ mailctl user client-settings ann@example.org -o tsv | cut -f 2,3,5-8
protocol	host	security	user	scram	oauth
imap	mail.example.org	tls	ann@example.org	true	false
imap	mail.example.org	starttls	ann@example.org	true	false
pop3	mail.example.org	tls	ann@example.org	true	false
pop3	mail.example.org	starttls	ann@example.org	true	false
smtp	mail.example.org	tls	ann@example.org	true	false
smtp	mail.example.org	starttls	ann@example.org	true	false
$ mailctl user client-settings ann@example.org --for msmtp | sed "s/$((PORT_BASE+465))/SMTPS/; 1d"
account ann@example.org
host mail.example.org
port SMTPS
from ann@example.org
user ann@example.org
auth on
passwordeval "cat ~/.mail-password"
tls on
tls_starttls off

account default : ann@example.org
$ mailctl user client-settings ann@example.org --for mutt | grep -c 'ann%40example.org@mail.example.org'
2
$ for i in apple android outlook thunderbird mbsync getmail fetchmail; do mailctl user client-settings ann@example.org --for $i | grep -c -i 'mail.example.org'; done | sort -u | grep -c 0
0
[1]
# What the user has no right to is not told.
$ mailctl user set ann@example.org --rights imap -q; mailctl user client-settings ann@example.org -o tsv | cut -f 2 | sort | uniq -c | tr -s ' '
 2 imap
 1 protocol
$ mailctl user client-settings ann@example.org --for msmtp
2> ...
2> mailctl: ann@example.org: no listener for sending mail
[68]
$ mailctl user disable ann@example.org -q; mailctl user client-settings ann@example.org -o tsv -q | wc -l
3
$ mailctl user client-settings ann@example.org --for pine
2> ...
2> mailctl: pine: no such program; there are android, apple, fetchmail, getmail, mbsync, msmtp, mutt, outlook, thunderbird
[64]
$ mailctl user client-settings ann@example.org --for mutt -o json
2> ...
2> mailctl: --for gives the program's own format: without -o
[64]
$ mailctl user client-settings bob@example.org
2> ...
2> mailctl: ...
[67]
