#!/usr/bin/env python3
"""Checks every #include "..." against layers.txt, and that third-party headers stay in their folder."""
import os, re, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
FENCES = [  # header pattern, folders that may include it
    (r"rocksdb/", ["store"]),
    (r"toml\+\+/", ["conf"]),
    (r"CLI/", ["cmd"]),
    (r"ldns/", ["core/dns"]),
    (r"openssl/", ["core/crypto", "core/net"]),
    (r"sodium", ["core/crypto"]),
    (r"unicode/", ["core/mime", "core/crypto", "core/fts"]),
    (r"xapian", ["core/fts"]),
    (r"zstd", ["store"]),
    (r"zlib", ["core/net"]),
    (r"idn2", ["core/address"]),
    (r"spdlog/", ["core/base"]),
]
# Grammar folders are pure: no I/O, no Asio.
PURE = ["core/address", "core/mime", "core/smtp", "core/imap", "core/pop3", "core/query"]


def read_layers():
    allowed = {}
    above = []
    for line in open(os.path.join(ROOT, "tests/style/layers.txt")):
        line = line.split("#")[0].strip()
        if ":" not in line:
            continue
        left, right = line.split(":", 1)
        names = [n for n in re.sub(r"\(.*?\)", "", left).split()]
        words = right.replace(",", " ").split()
        if "everything" in words:
            deps = {"*"}
        elif words[:2] == ["all", "above"] or "all above;" in right or right.strip().startswith("all above"):
            deps = set(above) | set(re.findall(r"smtp/client", right))
        else:
            deps = set(words)
        for name in names:
            allowed[name] = deps | {name}
        above += names
    return allowed


def folder_name(path):
    """core/smtp/server/data/x.cc -> smtp/server; store/x.cc -> store."""
    parts = os.path.dirname(path).split("/")
    if parts[0] == "core":
        parts = parts[1:]
        if len(parts) > 1 and parts[1] in ("server", "client"):
            return "/".join(parts[:2])
        return parts[0]
    return parts[0]


def sources():
    for top in ("cmd", "core", "store", "conf"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith((".cc", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def main():
    allowed, bad = read_layers(), 0
    for path in sorted(sources()):
        me = folder_name(path)
        for number, line in enumerate(open(os.path.join(ROOT, path), encoding="utf-8"), 1):
            own = re.match(r'\s*#include "([^"]+)"', line)
            system = re.match(r"\s*#include <([^>]+)>", line)
            if own:
                other = folder_name(own[1])
                if me not in allowed:
                    print(f"{path}: folder '{me}' is not in tests/style/layers.txt"); bad += 1; break
                if not os.path.exists(os.path.join(ROOT, own[1])):
                    print(f"{path}:{number}: no such file from the root: {own[1]}"); bad += 1
                elif "*" not in allowed[me] and other not in allowed[me]:
                    print(f"{path}:{number}: {me} may not include {other} ({own[1]})"); bad += 1
            elif system:
                for pattern, folders in FENCES:
                    if re.match(pattern, system[1]) and not any(path.startswith(f + "/") for f in folders):
                        print(f"{path}:{number}: <{system[1]}> belongs to {', '.join(folders)}"); bad += 1
                if system[1] == "boost/asio.hpp":
                    print(f"{path}:{number}: include the narrow Asio header"); bad += 1
                if system[1].startswith("boost/asio") and os.path.dirname(path) in PURE:
                    print(f"{path}:{number}: a grammar folder does no I/O"); bad += 1
    print(f"layers: {bad} findings")
    sys.exit(1 if bad else 0)


main()
