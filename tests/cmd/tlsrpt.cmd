# TLS sessions: none yet.
$ mailctl tlsrpt list -o tsv
2> offline...
day	domain	policy	policy_domain	good	failed	results
$ mailctl tlsrpt show example.net
2> offline...
2> mailctl: no session with hosts of example.net was counted
[68]
$ mailctl tlsrpt list --day yesterday
2> offline...
2> mailctl: no day such as 2026-11-25: yesterday
[65]
$ mailctl tlsrpt list --domain 'not a domain'
2> offline...
2> mailctl: ...
[65]
$ mailctl conf set tls_rpt.contact nobody
2> mailctl: ...
[78]
# server
$ mailctl tlsrpt list -o json
{"schema":"mailctl.tlsrpt.list/1","rows":[]}
