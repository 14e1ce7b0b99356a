"""What a tree of processes uses: CPU, memory, octets written. Kernel threads are not in it."""
import os, re

TICKS = os.sysconf("SC_CLK_TCK")


def stats():
    """pid -> (parent, CPU seconds with reaped children)."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            text = open(f"/proc/{name}/stat").read()
        except OSError:
            continue
        fields = text[text.rindex(")") + 2:].split()
        found[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    return found


def tree(roots, table):
    children = {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    out, todo = [], [pid for pid in roots if pid in table]
    while todo:
        pid = todo.pop()
        out.append(pid)
        todo += children.get(pid, [])
    return out


def cpu_seconds(roots):
    table = stats()
    return sum(table[pid][1] for pid in tree(roots, table))


def octets_written(roots):
    """Octets of pages dirtied (write_bytes); those of ended children are in their parent's."""
    total = 0
    for pid in tree(roots, stats()):
        try:
            total += int(re.search(r"write_bytes: (\d+)", open(f"/proc/{pid}/io").read())[1])
        except OSError:
            pass
    return total


def pss_kib(roots):
    total = 0
    for pid in tree(roots, stats()):
        try:
            text = open(f"/proc/{pid}/smaps_rollup").read()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+)", text, re.M)
        total += int(found[1]) if found else 0
    return total
