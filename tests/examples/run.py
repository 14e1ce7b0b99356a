#!/usr/bin/env python3
"""Runs every example: configurations are checked, scripts do their work on a server of their own."""
import os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "cmd"))
import run as transcripts  # noqa: E402

EXAMPLES = os.path.join(ROOT, "examples")
failures = []


def expect(what, done, status=0, contains=""):
    if done.returncode != status or contains not in done.stdout + done.stderr:
        failures.append(f"{what}: status {done.returncode}, expected {status}\n{done.stdout}{done.stderr}")


def call(world, *words, **more):
    return subprocess.run(words, env=world.env, cwd=world.folder, capture_output=True, text=True,
                          timeout=60, **more)


def configurations(world):
    """Each mailctl.toml, with a certificate beside it, has no mistakes."""
    for name in sorted(os.listdir(EXAMPLES)):
        if os.path.exists(f"{EXAMPLES}/{name}/mailctl.toml"):
            shutil.copytree(f"{EXAMPLES}/{name}", f"{world.folder}/{name}")
            shutil.copytree(f"{world.folder}/tls", f"{world.folder}/{name}/tls", dirs_exist_ok=True)
            expect(f"{name}/mailctl.toml", call(world, "mailctl", "-c", f"{name}/mailctl.toml", "conf", "check"))


def imports(world):
    shutil.copy(f"{EXAMPLES}/import/users.csv", world.folder)
    call(world, "mailctl", "domain", "add", "example.org")
    expect("import-users", call(world, f"{EXAMPLES}/import/import-users", "users.csv"))
    listed = call(world, "mailctl", "user", "list", "-o", "tsv")
    for user in ("carol", "dave", "erin"):
        expect(f"import-users: {user}", listed, contains=f"{user}@example.org")
    if "erin@example.org" not in open(f"{world.folder}/users.csv.passwords.csv").read():
        failures.append("import-users: no password was made for erin")


def nightly(world):
    expect("mailctl-check", call(world, f"{EXAMPLES}/nightly-check/mailctl-check"))


def full_text(world):
    update = f"{EXAMPLES}/full-text-search/mailctl-fts-update"
    expect("mailctl-fts-update: no index yet", call(world, update))
    call(world, "mailctl", "fts", "update")
    expect("mailctl-fts-update", call(world, update))


def rotation(world):
    """A key is made, published by a script, and signs at the next run."""
    rotate = f"{EXAMPLES}/dkim-rotation/mailctl-dkim-rotate"
    call(world, "mailctl", "conf", "set", "dns.zone_files", '["keys.zone"]')
    with open(f"{world.folder}/keys.zone", "w") as zone:
        zone.write("example.org. IN NS ns.example.org.\n")
    call(world, "mailctl", "dkim", "keygen", "example.org", "--selector", "first", "--algorithm", "ed25519",
         "--activate")
    expect("dkim-rotation: not due", call(world, rotate))
    call(world, "mailctl", "dkim", "set", "example.org", "--rotate-every", "1ms")
    with open(f"{world.folder}/publish", "w") as script:
        script.write('#!/bin/sh\nprintf \'%s. IN TXT "%s"\\n\' "$1" "$2" >> keys.zone\n')
    os.chmod(f"{world.folder}/publish", 0o755)
    world.env["PUBLISH"] = "./publish"
    expect("dkim-rotation: made", call(world, rotate), contains="example.org: publish ")
    expect("dkim-rotation: published", call(world, rotate), contains="example.org: first retired")
    del world.env["PUBLISH"]


def retention(world):
    """The line for cron runs as it stands, and has nothing to do."""
    line = [l for l in open(f"{EXAMPLES}/mail-retention/mailctl-retention.cron") if not l.startswith("#")][-1]
    command = line.split(" root ", 1)[1]
    expect("mail-retention", call(world, "sh", "-c", command), 1)
    expect("mail-retention", call(world, "sh", "-c", command.replace("empty", "search").replace("--yes", "")))


def people(world):
    """A new mailbox comes with what its owner types; a lost telephone's password is replaced."""
    for number in range(7):
        call(world, "mailctl", "conf", "set", f"listener[{number}].addresses", '["0.0.0.0"]')
    made = call(world, f"{EXAMPLES}/people/mailctl-new-mailbox", "fay@example.org", "Fay Example")
    for words in ("Dear Fay Example,", "Server name:", "fay@example.org"):
        expect("mailctl-new-mailbox", made, contains=words)
    lost = call(world, f"{EXAMPLES}/people/mailctl-lost-telephone", "fay@example.org")
    expect("mailctl-lost-telephone", lost)
    if len(lost.stdout.splitlines()[0]) < 12:
        failures.append("mailctl-lost-telephone: no password was made")


def routes(world):
    """The routes lead where their list says; a list that expects otherwise is answered with what is so."""
    folder = f"{world.folder}/routes"  # copied by configurations()
    there = dict(world.env, MAILCTL_CONF=f"{folder}/mailctl.toml")
    check = lambda *words: subprocess.run(words, env=there, cwd=folder, capture_output=True, text=True, timeout=60)
    expect("check-routes", check("./check-routes"))
    with open(f"{folder}/other.tsv", "w") as out:
        out.write("bob@partner.example\tann@example.org\t[[route]] bulk matches\n")
    expect("check-routes: wrong", check("./check-routes", "other.tsv"), 1, "[[route]] partner matches")
    there["MAILCTL_CONF"] = f"{world.folder}/smart-host/mailctl.toml"
    for words in ("way: smart_host:provider", "smtp.provider.example:587"):
        expect("smart-host", check("mailctl", "route", "explain", "bob@far.example", "--no-dns"), contains=words)


def queue_report(world):
    """What waits is written as CSV; only what has waited for long is told."""
    report = f"{EXAMPLES}/queue-report/mailctl-queue-report"
    call(world, "mailctl", "queue", "pause")
    call(world, "mailctl", "send", "--from", "carol@example.org", "--to", "bob@far.example", "--subject", "waits", "--body", "x")
    quiet = call(world, report, "reports")
    expect("queue-report", quiet)
    if quiet.stdout:
        failures.append(f"queue-report: not silent: {quiet.stdout}")
    written = {name.split("-")[0]: open(f"{world.folder}/reports/{name}").read() for name in os.listdir(f"{world.folder}/reports")}
    if sorted(written) != ["shape", "waiting"] or "far.example," not in written["shape"] or \
            "bob@far.example" not in written["waiting"]:
        failures.append(f"queue-report: wrote {written}")
    world.env["OLD"] = "1ms"
    expect("queue-report: late", call(world, report, "reports"), contains="1 message(s) have waited for 1ms or longer")
    expect("queue-report: late", call(world, report, "reports"), contains="far.example")
    del world.env["OLD"]
    call(world, "mailctl", "queue", "drop", "--all", "--yes")
    call(world, "mailctl", "queue", "resume")


def deployment(world):
    """The directory of the small office is put in force in a running server, twice."""
    shutil.copytree(f"{EXAMPLES}/small-office/directory", f"{world.folder}/directory")
    call(world, "mailctl", "conf", "set", "directory.files", '["directory/*.toml"]')
    call(world, "mailctl", "conf", "set", "smtp.vrfy", "true")
    world.serve()
    expect("deploy", call(world, f"{EXAMPLES}/config-as-code/deploy", world.folder))
    expect("deploy: scanner", call(world, "mailctl", "user", "show", "scanner@example.org"))
    expect("deploy: alias", call(world, "mailctl", "address", "explain", "sales-2026@example.org"),
           contains="bob@example.org")
    expect("deploy, again", call(world, f"{EXAMPLES}/config-as-code/deploy", world.folder),
           contains="nothing to do")


def delegation(world):
    """Somebody lets others send as him without an administrator, and takes it back."""
    secret = 'correct "horse" \\battery'
    call(world, "mailctl", "user", "add", "gus@example.org", "--password-stdin", "--setting",
         "user.delegation=send-as", input=secret + "\n")
    with open(f"{world.folder}/.curlrc", "w") as out:
        out.write("insecure\n")
    world.env["CURL_HOME"] = world.folder
    ask = lambda *others: call(world, f"{EXAMPLES}/people/let-send-as-me", f"127.0.0.1:{world.base + 993}",
                               "gus@example.org", *others, input=secret + "\n")
    expect("let-send-as-me", ask("carol@example.org", "dave@example.org"), contains="carol@example.org dave@")
    expect("let-send-as-me: in force", call(world, "mailctl", "user", "send-as", "list", "dave@example.org"),
           contains="gus@example.org")
    expect("let-send-as-me: a stranger", ask("nobody@far.example"), status=21)
    expect("let-send-as-me: nobody", ask(), contains="nobody")
    if "gus" in call(world, "mailctl", "user", "send-as", "list").stdout:
        failures.append("let-send-as-me: it was not taken back")


def main():
    world = transcripts.World(sys.argv[1])
    try:
        for part in (configurations, imports, nightly, full_text, retention, people, rotation, routes, queue_report, deployment, delegation):
            part(world)
    finally:
        wrong = world.close()
    if wrong:
        failures.append(wrong)
    for text in failures:
        print(text)
    sys.exit(1 if failures else 0)


main()
