#!/usr/bin/env python3
"""Checks that a co_await stands alone in its statement: GCC 12.2 miscompiles the other shapes.

Refused: in a condition, under ?:, && or ||, twice in a statement, with a brace-built argument, or
with a capturing lambda. Also refused: a capturing lambda that is itself a coroutine.
"""
import os, re, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LAMBDA = r"\[[^\]]*[\w=&][^\]]*\]\s*(?:\([^)]*\)\s*)?(?:mutable\s*)?(?:->\s*[\w:<>, ]+\s*)?\{"
SHAPES = [
    (r"\bco_await\b[^;]*" + LAMBDA, "with a capturing lambda"),
    (r"\bco_await\b[^;]*[(,]\s*(?:\w[\w:]*)?\{", "with a brace-built argument"),
    (r"\bco_await\b[^;]*\bco_await\b", "twice in one statement"),
    (r"\?[^;]*\bco_await\b|\bco_await\b[^;]*(?:\?|&&|\|\|)", "under ?:, && or ||"),
    (r"(?<![\w\])])" + r"\[[^\]]*[\w=&][^\]]*\]\s*\([^)]*\)\s*(?:mutable\s*)?->\s*(?:\w+::)*[Aa]waitable\b",
     "missing: a capturing lambda is a coroutine"),
]


def blanked(text):
    """The text with comments and literals emptied, lines kept."""
    def empty(match):
        return "\n" * match.group(0).count("\n") + ('""' if match.group(0)[0] == '"' else "")
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', empty, text, flags=re.S)


def in_condition(statement):
    for match in re.finditer(r"\b(?:if|while|switch|for)\s*\(", statement):
        depth, i = 1, match.end()
        while i < len(statement) and depth:
            depth += {"(": 1, ")": -1}.get(statement[i], 0)
            i += 1
        head = statement[match.end():i].rstrip(") ")
        if "co_await" in head and not head.endswith(";") and ";" not in head[head.rfind("co_await"):]:
            return True
    return False


def check(path):
    bad, number = 0, 1
    text = blanked(open(os.path.join(ROOT, path), encoding="utf-8").read())
    for statement in re.split(r"(?<=;)|(?<=\{)(?=\s*\n)|(?<=\})(?=\s*\n)", text):
        line = number + len(statement) - len(statement.lstrip("\n"))
        number += statement.count("\n")
        flat = " ".join(statement.split())
        why = None
        if "co_await" in flat and in_condition(flat):
            why = "in a condition"
        for shape, name in SHAPES:
            if not why and re.search(shape, flat):
                why = name
        if why:
            print(f"{path}:{line}: co_await {why}: {flat[:90]}")
            bad += 1
    return bad


def main():
    bad = 0
    for top in ("cmd", "core", "store", "conf", "tests"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in sorted(files):
                if name.endswith((".cc", ".h")):
                    bad += check(os.path.relpath(os.path.join(folder, name), ROOT))
    print(f"co_await: {bad} findings")
    sys.exit(1 if bad else 0)


main()
