#!/usr/bin/env python3
"""Real mail clients against a real server on loopback: each must carry its message there.

    tests/clients/run.py MAILCTL [NAME...]     all tests, or those named

A client that is not installed is passed over and named. Exit status 0: every test that could run
passed."""
import os, shutil, sys, time, traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import mirroring_clients, more_reading_clients, python_clients, reading_clients, sending_clients
from server import Server

MODULES = (python_clients, sending_clients, reading_clients, more_reading_clients, mirroring_clients)
TESTS = [(test, module.NEEDS.get(test.__name__)) for module in MODULES for test in module.ALL]


def users_of(number):
    return f"a{number}", f"b{number}"


def run_one(server, number, test):
    start = time.monotonic()
    try:
        test(server, *users_of(number))
    except Exception:
        print(f"FAILED {test.__name__}", flush=True)
        traceback.print_exc(file=sys.stdout)
        return False
    print(f"ok     {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
    return True


def main():
    mailctl, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    chosen = [(test, needs) for test, needs in TESTS if not names or test.__name__ in names]
    runnable = [test for test, needs in chosen if needs is None or shutil.which(needs)]
    for test, needs in chosen:
        if test not in runnable:
            print(f"passed over {test.__name__}: {needs} is not installed")
    server = None
    failures = 0
    try:
        server = Server(mailctl, [user for number in range(len(runnable)) for user in users_of(number)])
        for number, test in enumerate(runnable):
            failures += not run_one(server, number, test)
        if failures:
            print(server.log_tail())
        status = server.stop()
        if status != 0:
            print(f"FAILED the server ended with status {status}")
            failures += 1
    finally:
        if server:
            server.clean()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
