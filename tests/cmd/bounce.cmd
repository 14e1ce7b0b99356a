# What comes back of a message that goes nowhere, and how the log leads to it. OUT-11, LOG-03
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl conf set log.target file -q && mailctl conf set log.file data/log -q
$ printf '\n[[route]]\nname = "closed"\nrecipients = ["closed.example"]\nvia = "refuse"\nreason = "we do not write there"\n' >> mailctl.toml
# server
$ printf 'From: ann@example.org\nTo: bob@closed.example\nSubject: hello\n\nhow are you\n' | mailctl sendmail -f ann@example.org bob@closed.example
$ for i in $(seq 100); do mailctl mailbox search --user ann@example.org subject:hello -o tsv | grep -q hello && break; sleep 0.1; done; mailctl mailbox cat --user ann@example.org subject:hello > notice; grep -iE '^(return-path|from|subject|auto-submitted|action|status|diagnostic-code):' notice
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@...>
Subject: Not delivered: hello
Auto-Submitted: auto-replied
Action: failed
Status: 5.7.1
Diagnostic-Code: x-mailctl; ...we do not write there
From: ann@example.org
Subject: hello
# The id under which it was accepted and the one it has in the queue stand in one line.
$ for i in $(seq 100); do id=$(mailctl queue history -o tsv | tail -1 | cut -f 1); grep -q " failed id=$id " data/log && break; sleep 0.1; done; grep -c " accepted id=.* queue=$id " data/log; grep -c " failed id=$id " data/log
1
1
