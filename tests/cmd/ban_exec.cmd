# The command of ban.exec, behind the server's fence. ABU-04
$ mailctl conf set ban.exec '["sh", "-c", "true"]'
2> mailctl: ...ban.exec: must begin with the command's full path...
[78]
$ mailctl conf set ban.exec '["/bin/sh", "-c", "echo $1 $2 $MAILCTL_BAN_REASON >> data/told; echo x >> outside", "told"]' -q
$ mailctl ban add 192.0.2.9 --reason 'from before' -q
# server
$ printf 'n=0\nwhile [ "$(cat data/told 2> data/none | wc -l)" -lt $1 ] && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done\ntail -n +$2 data/told\n' > told.sh
$ sh told.sh 1 1
ban 192.0.2.9 from before
$ mailctl ban add 198.51.100.7/24 --for 1h --reason 'by me' -q; sh told.sh 2 2
ban 198.51.100.0/24 by me
# All are told of, in no set order.
$ mailctl ban clear -q; sh told.sh 4 3 | sort
lift 192.0.2.9 from before
lift 198.51.100.0/24 by me
