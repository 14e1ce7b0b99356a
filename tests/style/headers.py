#!/usr/bin/env python3
"""Writes one source file a header, each including it alone: the build then shows which need more."""
import os, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    wanted = set()
    for top in ("cmd", "core", "store", "conf"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith(".h"):
                    path = os.path.relpath(os.path.join(folder, name), ROOT)
                    source = os.path.join(out, path.replace("/", "_")[:-2] + ".cc")
                    text = f'#include "{path}"\n'
                    wanted.add(source)
                    if not os.path.exists(source) or open(source).read() != text:
                        open(source, "w").write(text)
    for name in os.listdir(out):
        if os.path.join(out, name) not in wanted:
            os.remove(os.path.join(out, name))


main()
