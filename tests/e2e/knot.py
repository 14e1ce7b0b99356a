"""Knot DNS as the authoritative server of a zone."""
import os

from peer import Peer

PROGRAM = "/usr/sbin/knotd"


class Knot(Peer):
    missing = None if os.path.exists(PROGRAM) else "Knot DNS is not installed (package knot)"

    def __init__(self, address, port, origin, zone):
        super().__init__()
        self.address, self.port = address, port
        for part in ("run", "db"):
            os.makedirs(self.path(part))
        self.write("zone", zone)
        self.conf = self.write("knot.conf", f"""
server:
    listen: {address}@{port}
    rundir: {self.path("run")}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {self.path("db")}
log:
  - target: stderr
    any: info
zone:
  - domain: {origin}
    storage: {self.folder}
    file: zone
    journal-content: none
    zonefile-sync: -1
""")

    def start(self):
        self.launch([PROGRAM, "-c", self.conf])
        self.wait_for(self.address, self.port)
