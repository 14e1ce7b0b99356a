# Bans by hand, in the one form of their network.
$ mailctl ban add 192.0.2.7/24 --for 7d --reason 'password guessing'
2> banned 192.0.2.0/24
$ mailctl ban add 2001:db8::1 -q
$ mailctl ban list -o tsv
network	reason	user	start	end	hits
192.0.2.0/24	password guessing		...	...	0
2001:db8::1	by hand		...		0
$ mailctl ban list --where 'reason=*guess*' -o csv
network,reason,user,start,end,hits
192.0.2.0/24,password guessing,,...,...,0
$ mailctl ban add nonsense
2> mailctl: ...
[65]
$ mailctl ban remove 2001:db8::1
2> lifted the ban of 2001:db8::1
$ mailctl ban remove 2001:db8::1
2> mailctl: no ban of 2001:db8::1
[68]
$ mailctl ban clear --dry-run
2> would lift 1 ban
$ mailctl ban clear
2> lifted 1 ban
$ mailctl ban list -o tsv
network	reason	user	start	end	hits
