#!/usr/bin/env python3
"""Checks RFC references: every one the code cites is in rfc.tsv, every "yes" is cited by a test."""
import os, re, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SUFFIXES = (".cc", ".h", ".wire", ".cmd", ".py")


def cited(tops):
    found = {}
    for top in tops:
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if not name.endswith(SUFFIXES):
                    continue
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                text = open(os.path.join(ROOT, path), encoding="utf-8", errors="replace").read()
                for number in re.findall(r"\bRFC (\d{3,5})\b", text):
                    found.setdefault(int(number), path)
    return found


def main():
    table, bad, last = {}, 0, 0
    for line in open(os.path.join(ROOT, "tests/style/rfc.tsv"), encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        number, status, _ = line.rstrip("\n").split("\t")
        if int(number) <= last or status not in ("yes", "partial", "no"):
            print(f"rfc.tsv: {number}: out of order, or status is not yes, partial or no"); bad += 1
        last = int(number)
        table[last] = status
    for number, path in sorted(cited(["cmd", "core", "store", "conf"]).items()):
        if number not in table:
            print(f"{path}: RFC {number} is not in tests/style/rfc.tsv"); bad += 1
    by_tests = cited(["tests"])
    for number, status in table.items():
        if status == "yes" and number not in by_tests:
            print(f"rfc.tsv: RFC {number} is \"yes\", but no test cites it"); bad += 1
    print(f"rfc: {bad} findings")
    sys.exit(1 if bad else 0)


main()
