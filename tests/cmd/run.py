#!/usr/bin/env python3
"""Plays command transcripts: what a person types, and what mailctl answers.

    $ mailctl domain list -o tsv      a command, run by sh in a folder of its own
    name  users                       its standard output, line by line
    2> mailctl: no such domain        its standard error
    [68]                              its exit status (default 0)

"..." matches the rest of a line; alone on a line, any lines. Lines "# text" are comments;
"# server" starts a server for the rest of the file. "<" lines after a command are its standard
input. Each file begins with a fresh configuration made by `mailctl conf init --local`.
"""
import os, re, shutil, signal, socket, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixture"))
sys.dont_write_bytecode = True

import ports

OFFSETS = (*ports.STANDARD, 26, 27)  # control.port, and a port where nobody listens
START_LOOKS = 3000  # a fiftieth of a second after one another
STOP_SECONDS = 30  # it takes one; a loaded machine takes its time


class Step:
    def __init__(self, line, command):
        self.line, self.command = line, command
        self.out, self.err, self.stdin, self.status = [], [], [], 0


def parse(path):
    steps = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line == "# server":
            steps.append("server")
        elif line.startswith("#") or (not line and not steps):
            continue
        elif line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif not steps or steps[-1] == "server":
            if line:
                sys.exit(f"{path}:{number}: expected '$ command'")
        elif line.startswith("< "):
            steps[-1].stdin.append(line[2:])
        elif line.startswith("2> "):
            steps[-1].err.append(line[3:])
        elif re.fullmatch(r"\[\d+\]", line):
            steps[-1].status = int(line[1:-1])
        else:
            steps[-1].out.append(line)
    for step in steps:
        while step != "server" and step.out and not step.out[-1]:
            step.out.pop()
    return steps


def matches(expected, lines):
    if not expected:
        return not lines
    if expected[0] == "...":
        return any(matches(expected[1:], lines[i:]) for i in range(len(lines) + 1))
    if not lines:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("..."))
    return re.fullmatch(pattern, lines[0]) is not None and matches(expected[1:], lines[1:])


class World:
    """A folder, its configuration, and perhaps a server."""

    def __init__(self, binary):
        self.folder = tempfile.mkdtemp(prefix="mailctl-cmd-")
        self.base = ports.take(OFFSETS)
        self.server = None
        self.env = dict(os.environ, MAILCTL_CONF=f"{self.folder}/mailctl.toml", LC_ALL="C.UTF-8",
                        PATH=f"{os.path.dirname(os.path.abspath(binary))}:{os.environ['PATH']}",
                        PORT_BASE=str(self.base), TZ="UTC")
        done = subprocess.run(["mailctl", "conf", "init", "-q", "--local", str(self.base), self.folder,
                               "--domain", "example.org"], env=self.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit("conf init failed: " + done.stderr)

    def run(self, *words, **more):
        return subprocess.run(words, env=self.env, cwd=self.folder, capture_output=True, text=True, **more)

    def serve(self):
        """Returns when the server listens, takes commands and has no session any more."""
        log = open(f"{self.folder}/serve.log", "w")
        self.server = subprocess.Popen(["mailctl", "serve"], env=self.env, stderr=log, stdout=log,
                                       cwd=self.folder, stdin=subprocess.DEVNULL)
        for _ in range(START_LOOKS):
            if self.server.poll() is not None:
                break
            with socket.socket() as probe:
                listens = probe.connect_ex(("127.0.0.1", self.base + 25)) == 0
            if listens and self.run("mailctl", "session", "list", "-o", "tsv").stdout.count("\n") == 1:
                return
            time.sleep(0.02)
        sys.exit("the server did not start: " + open(f"{self.folder}/serve.log").read())

    def close(self):
        """Ends the server; what went wrong there, or nothing."""
        wrong = ""
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            try:
                status = self.server.wait(STOP_SECONDS)
                wrong = f"the server ended with status {status}" if status else ""
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
                wrong = f"the server did not end within {STOP_SECONDS} s"
            if wrong:
                wrong += ":\n" + open(f"{self.folder}/serve.log").read()[-4000:]
        shutil.rmtree(self.folder)
        return wrong


def play(path, binary):
    world, failures = World(binary), 0
    try:
        for step in parse(path):
            if step == "server":
                world.serve()
                continue
            done = world.run("sh", "-c", step.command, input="".join(x + "\n" for x in step.stdin), timeout=120)
            out = done.stdout.replace("\r\n", "\n").splitlines()
            err = done.stderr.splitlines()
            wrong = []
            if done.returncode != step.status:
                wrong.append(f"exit status {done.returncode}, expected {step.status}")
            if not matches(step.out, out):
                wrong.append("standard output:\n    " + "\n    ".join(out or ["(nothing)"]) +
                             "\n  expected:\n    " + "\n    ".join(step.out or ["(nothing)"]))
            if step.err and not matches(step.err, err):
                wrong.append("expected on standard error:\n    " + "\n    ".join(step.err))
            if wrong:
                failures += 1
                print(f"{path}:{step.line}: $ {step.command}")
                for text in wrong + ["standard error:\n    " + "\n    ".join(err or ["(nothing)"])]:
                    print("  " + text)
    finally:
        wrong = world.close()
    if wrong:
        failures += 1
        print(f"{path}: {wrong}")
    return failures


def main():
    binary, files = sys.argv[1], sys.argv[2:]
    failures = sum(play(path, binary) for path in files)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
