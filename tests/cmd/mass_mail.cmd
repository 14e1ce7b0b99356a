# Mass mail is told of, held or locked out, by settings and by those of users.
$ mailctl conf set abuse.detect.window 59s
2> mailctl: ...abuse.detect.window: must be between 1m and 6h
[78]
$ mailctl conf set abuse.detect.notify_only '["noise"]'
2> mailctl: ...abuse.detect.notify_only: "noise" is no detection
[78]
$ mailctl conf set abuse.detect.equal_subjects 2 -q; mailctl conf set abuse.detect.action hold -q; mailctl conf set server.postmaster root@example.org -q
$ mailctl domain add example.org -q; for u in ann bob root; do echo correct horse battery | mailctl user add $u@example.org --password-stdin -q; done
$ mailctl user set bob@example.org --setting abuse.detect.recipients=1 abuse.detect.action=lock -q
$ mailctl user set bob@example.org --setting abuse.detect.recipients=few
2> mailctl: ...abuse.detect.recipients: ...
[65]
# Nothing leaves while this looks at what waits.
$ mailctl queue pause
2> ...
# server
# At the limit, and one past it: what has this subject and waits is held too, and so is what follows.
$ for s in Hello 'Buy now' 'Re: buy now'; do printf "Subject: $s\n\nx\n" | mailctl sendmail -f ann a@far.example; done; mailctl queue list -o csv --columns subject,state
subject,state
Hello,waiting
Buy now,waiting
Re: buy now,waiting
$ for s in 'Buy now' 'Hello again'; do printf "Subject: $s\n\nx\n" | mailctl sendmail -f ann a@far.example; done; mailctl queue list -o csv --columns subject,state,hold_reason
subject,state,hold_reason
Hello,waiting,
Buy now,held,mass mail of ann@example.org: equal_subjects
Re: buy now,held,mass mail of ann@example.org: equal_subjects
Buy now,held,mass mail of ann@example.org: equal_subjects
Hello again,held,mass mail of ann@example.org: equal_subjects
$ mailctl sending list ann@example.org -o csv | grep detect
ann@example.org,detect.equal_subjects,3,2,...Z,hold
$ mailctl user show ann@example.org -o json | grep -o 'detect.equal_subjects=3/2 fired [^ ]* [a-z]*' | cut -d' ' -f 1,2,4
detect.equal_subjects=3/2 fired hold
$ mailctl mailbox cat --user root@example.org all | grep -E '^Subject|^Done'
Subject: Mass mail of ann@example.org: equal_subjects
Done: hold. Messages in the queue that were held: 2
# It ends by command.
$ mailctl sending reset ann@example.org
2> ...reset ann@example.org, released 4 messages
$ printf 'Subject: Buy now\n\nx\n' | mailctl sendmail -f ann a@far.example; mailctl queue list -o csv --columns state | sort | uniq -c | sed 's/^ *//'
1 state
6 waiting
# A lock is undone as any containment.
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f bob a@far.example b@far.example; printf 'Subject: y\n\nx\n' | mailctl sendmail -f bob a@far.example
2> mailctl: bob@example.org: 5.7.1 Account may not send any more
[77]
$ mailctl user show bob@example.org -o json | grep -o '"reason":"[^"]*"'
"reason":"contained: bob@example.org: mass mail, recipients"
$ mailctl queue list --account bob@example.org -o csv --columns state,hold_reason
state,hold_reason
held,contained: bob@example.org
$ mailctl user contain bob@example.org --undo -o json | grep -o '"messages_released":1'
"messages_released":1
$ printf 'Subject: y\n\nx\n' | mailctl sendmail -f bob a@far.example; mailctl queue list --account bob@example.org -o csv --columns state
state
waiting
waiting
# A domain's own settings are its users'.
$ mailctl domain set example.org --setting abuse.detect.notify=bob@example.org -q; mailctl user set ann@example.org --setting abuse.detect.action=notify -q; for i in 1 2; do printf 'Subject: Buy now\n\nx\n' | mailctl sendmail -f ann a@far.example; done; mailctl sending list ann@example.org -o csv | grep detect
ann@example.org,detect.equal_subjects,3,2,...Z,notify
$ mailctl mailbox cat --user bob@example.org all | grep -E '^Done'
Done: notify. Messages in the queue that were held: 0
