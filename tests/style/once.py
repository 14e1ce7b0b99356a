#!/usr/bin/env python3
"""Checks that a type's full name is defined once in the tree.

Of two types of one name, the linker gives both the functions of one of them, destructors above all:
no compiler sees it. What is in an unnamed namespace or inside another type cannot collide.
"""
import collections, os, re, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDERS = ("cmd", "conf", "core", "store")
LITERALS = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.S)
DIRECTIVES = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
BRACES = re.compile(r"namespace(\s+[\w:]+)?\s*\{|[{};]")
TYPE = re.compile(r"\b(?:struct|class|union|enum(?:\s+class)?)\s+(\w+)\s*(?:final\b\s*)?(?::[^:].*)?$", re.S)


def types_in(text):
    """Full names of the types defined at namespace level."""
    text = DIRECTIVES.sub("", LITERALS.sub(" ", text))
    around, start = [], 0  # names of namespaces; None: of anything else, or without a name
    for match in BRACES.finditer(text):
        before, start = text[start:match.start()].strip(), match.end()
        if match[0].startswith("namespace"):
            around.append(match[1].strip() if match[1] else None)
        elif match[0] == "{":
            if None not in around and (named := TYPE.search(before)) and not before.startswith("template <>"):
                yield "::".join([*around, named[1]])
            around.append(None)
        elif match[0] == "}" and around:
            around.pop()


def main():
    found = collections.defaultdict(list)
    for folder in FOLDERS:
        for at, _, files in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(files):
                if name.endswith((".h", ".cc")):
                    path = os.path.join(at, name)
                    with open(path, encoding="utf-8") as source:
                        for one in types_in(source.read()):
                            found[one].append(os.path.relpath(path, ROOT))
    twice = {one: paths for one, paths in found.items() if len(paths) > 1}
    for one, paths in sorted(twice.items()):
        print(f"{one} is defined in {' and in '.join(paths)}")
    sys.exit(1 if twice else 0)


if __name__ == "__main__":
    main()
