"""Knot DNS as the authoritative server of a tree of zones that it signs, from the root down."""
import os, subprocess

from knot import PROGRAM, Knot
from peer import Peer

KEYS = "/usr/sbin/keymgr"


class SignedZones(Peer):
    """Zones by name ("." first, parents before children), each a SignedZone. `anchor` is a file with the root's key."""
    missing = Knot.missing

    def __init__(self, address, port, zones):
        super().__init__()
        self.address, self.port, self.zones = address, port, zones
        for part in ("run", "db"):
            os.makedirs(self.path(part))
        self.conf = self.write("knot.conf", self.settings())
        for name, zone in zones.items():
            if zone.signed:
                self.keys(name, "generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes")
        for name, zone in zones.items():
            children = "".join(self.delegation(child) for child in zones if child != "." and self.parent(child) == name)
            self.write(self.file(name), f"$ORIGIN {name}\n$TTL 60\n@ IN SOA ns.invalid. root.invalid. 1 3600 600 86400 5\n"
                       f"@ IN NS ns.invalid.\n{zone.records}\n{children}")
        self.anchor = self.write("anchor", self.keys(".", "dnskey"))

    @staticmethod
    def file(name):
        return "zone-" + (name.strip(".") or "root")

    def parent(self, name):
        above = name.split(".", 1)[1] or "."
        return above if above in self.zones else self.parent(above)

    def delegation(self, child):
        text = f"{child} IN NS ns.invalid.\n"
        if not self.zones[child].vouched:
            return text
        ds = [line for line in self.keys(child, "ds").splitlines() if line.split()[-2] == "2"][0]
        if self.zones[child].foreign:
            ds = ds[:-1] + ("0" if ds[-1] != "0" else "1")
        return text + ds + "\n"

    def keys(self, *words):
        done = subprocess.run([KEYS, "-c", self.conf, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def settings(self):
        zones = "".join(f"""
  - domain: {name}
    storage: {self.folder}
    file: {self.file(name)}
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
    dnssec-signing: {"on" if zone.signed and not zone.stripped else "off"}
    dnssec-policy: {zone.policy}""" for name, zone in self.zones.items())
        return f"""
server:
    listen: {self.address}@{self.port}
    rundir: {self.path("run")}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {self.path("db")}
log:
  - target: stderr
    any: info
policy:
  - id: nsec
    manual: on
    single-type-signing: on
  - id: nsec3
    manual: on
    single-type-signing: on
    nsec3: on
    nsec3-iterations: 0
  - id: opt-out
    manual: on
    single-type-signing: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-opt-out: on
zone:{zones}
"""

    def start(self):
        self.launch([PROGRAM, "-c", self.conf])
        self.wait_for(self.address, self.port)


class SignedZone:
    """`vouched`: its parent has a DS of it; `foreign`: of a key that it does not have; `stripped`: it is served
    without its signatures."""

    def __init__(self, records="", policy="nsec", signed=True, vouched=True, foreign=False, stripped=False):
        self.records, self.policy, self.signed = records, policy, signed
        self.vouched, self.foreign, self.stripped = signed and vouched, foreign, stripped
