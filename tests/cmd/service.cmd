# Single listeners stopped and started in the running server. SRV-01
$ mailctl service list
2> mailctl: no server is running on ...
[69]
# server
$ printf 'import os, socket, sys\ntry:\n    c = socket.create_connection(("127.0.0.1", int(os.environ["PORT_BASE"]) + int(sys.argv[1])))\n    print(c.recv(3).decode().strip())\nexcept ConnectionRefusedError:\n    print("refused")\n' > knock.py
$ mailctl service list -o tsv | grep -P '^(name|pop3|smtp)\t'
name	protocol	state	addresses	sessions	why
smtp	smtp	listening	127.0.0.1:...	0	
pop3	pop3	listening	127.0.0.1:...	0	
$ mailctl service stop nonsense
2> mailctl: nonsense: no such listener; there are smtp, ...
[68]
$ mailctl service stop pop3 --dry-run && python3 knock.py 110
2> would stop pop3
+OK
# A session goes on, once those of before are gone.
$ for i in $(seq 200); do [ "$(mailctl session list -o tsv | wc -l)" = 1 ] && break; sleep 0.1; done; printf 'import os, socket, subprocess\nc = socket.create_connection(("127.0.0.1", int(os.environ["PORT_BASE"]) + 110))\nc.recv(100)\nprint(subprocess.run(["mailctl", "service", "stop", "pop3", "imap"], capture_output=True, text=True).stderr.strip())\nc.send(b"NOOP\\r\\n")\nprint(c.recv(4).decode())\nc.send(b"QUIT\\r\\n")\n' > stay.py; python3 stay.py
stopped pop3; 1 sessions go on
stopped imap
-ERR
$ python3 knock.py 110; python3 knock.py 143; python3 knock.py 25
refused
refused
220
$ mailctl service list -o tsv | grep -P '^(pop3|imap)\t' | cut -f 1,3,4
imap	stopped	127.0.0.1:...
pop3	stopped	127.0.0.1:...
$ mailctl status | grep stopped
...pop3 127.0.0.1:... stopped,imap 127.0.0.1:... stopped,...
# A reload does not start it.
$ mailctl conf set log.levels '{}' -q; mailctl conf apply --yes -q; python3 knock.py 110
refused
$ mailctl service start pop3 && python3 knock.py 110 && python3 knock.py 110
2> started pop3
+OK
+OK
$ mailctl service start pop3 -q && mailctl service stop pop3 -q && mailctl service stop pop3 -q && python3 knock.py 110 && mailctl service start pop3 -q && python3 knock.py 110
refused
+OK
# Another program has the port meanwhile.
$ printf 'import os, socket, subprocess\ns = socket.socket()\ns.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\ns.bind(("127.0.0.1", int(os.environ["PORT_BASE"]) + 143))\ns.listen()\nr = subprocess.run(["mailctl", "service", "start", "imap"], capture_output=True, text=True)\nprint(r.returncode, r.stderr.strip())\nprint(subprocess.run("mailctl service list -o tsv | grep -w imap | cut -f 3,6; mailctl status | grep -c failed", shell=True, capture_output=True, text=True).stdout.strip())\n' > take.py; python3 take.py
73 mailctl: listener "imap": 127.0.0.1:...: Address already in use
failed	127.0.0.1:...: Address already in use
listening	
1
$ mailctl service start imap -q; python3 knock.py 143
* O
