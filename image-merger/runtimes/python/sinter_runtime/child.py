"""A process of the FORKED and CO_PROCESS tiers: one member, or the front."""

import os
import signal
import sys
import threading
import time

from . import process
from .admin import Admin
from .flight import reseed
from .errors import RuntimeFailure
from .frames import FrameServer, PeerServer
from .inbound.front import Front, Patience
from .main import start
from .member import DEAD, READY, STARTING, report
from .passing import program
from .watch import STUCK_SECONDS, Watch

STATS_SECONDS = 1.0


class World:
    """What every process knows: all members, who of them lives here, and what the supervisor tells of the others."""

    def __init__(self, members, paths, dispatcher, line):
        self._members = {member.name: member for member in members}
        self.dispatcher = dispatcher
        self.line = line
        self.stopping = threading.Event()
        self._peers = {name: PeerServer(path) if self._members[name].plan.captured else program(self._members[name])
                       for name, path in paths.items()}

    def become(self, name):
        """All but the named member are reached by frames."""
        reseed()
        for other, member in self._members.items():
            if other != name:
                member.server = self._peers[other]
        own = self._members.get(name)
        if own is not None:
            # The supervisor forked from may remember how an earlier process ended.
            own.state, own.private_address, own.server = STARTING, None, None
        threading.Thread(target=self._listen, name="sinter-control", daemon=True).start()
        return own

    def _listen(self):
        while True:
            messages = self.line.receive()
            if messages is None:
                # Without its supervisor a process must not live on.
                self.stopping.set()
                return
            for message in messages:
                self._hear(message)

    def _hear(self, message):
        if message["kind"] == "stop":
            self.stopping.set()
            return
        member = self._members[message["member"]]
        if message["kind"] == "stats":
            member.stats = message["stats"]
            return
        if member.server is not None and member.server.kind == "peer":
            if message["state"] != READY:
                member.server.forget()
            member.private_address = tuple(message["port"]) if message["port"] else None
            member.reason = message["reason"]
            member.state = message["state"]


def own_signals(world):
    """In a process that is not the supervisor's own."""
    signal.signal(signal.SIGTERM, lambda *_: world.stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_member(world, name, listener, settings):
    """Serves one member until told to stop; ends the process."""
    own_signals(world)
    member = world.become(name)
    watch = Watch([member], float(settings.get("SINTER_STUCK_SECONDS") or STUCK_SECONDS))
    code = 0
    try:
        if os.path.isdir(member.directory):
            os.chdir(member.directory)
        frames = FrameServer(listener, member, world.dispatcher)
        world.dispatcher.spans.start()
        start(member, world.stopping)
        frames.start()
        watch.start()
        if member.state != STARTING:
            world.line.send(kind="ready", port=member.private_address)
        _report(world, member, watch)
        deadline = time.monotonic() + float(settings.get("SINTER_GRACE_SECONDS") or 8)
        while frames.active and time.monotonic() < deadline:
            time.sleep(0.02)
        member.signal_handlers["sinter stopping"] = True
        process.terminate([member], 1.0)
        code = 1 if member.state == DEAD else 0
    except RuntimeFailure as failure:
        report(str(failure))
        world.line.send(kind="failed", reason=str(failure))
        code = 1
    world.dispatcher.spans.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _report(world, member, watch):
    """Sends what the admin port shows, when it changed, and that this process lives, always."""
    told = None
    while not world.stopping.wait(STATS_SECONDS):
        spans, spilled = world.dispatcher.spans, world.dispatcher.spilled
        stats = {"calls": spans.calls, "sent": spans.sent, "dropped": dict(spans.dropped), "spilled": dict(spilled),
                 "way": member.way, "stuck": watch.stuck(member)}
        if stats != told:
            world.line.send(kind="stats", stats=stats)
            told = stats
        if not watch.fails(member):
            world.line.send(kind="beat")
        if member.state == DEAD:
            return


def run_front(world, members, port, admin_port, grace, doors):
    """Serves the fused port, the admin port and the doors until told to stop; returns the exit code of a process that does
    nothing else."""
    world.become("")
    try:
        front = Front(world.dispatcher, members, port)
        # Members that are stuck are ended and started again by the supervisor, not reported to liveness.
        watch = Watch([], STUCK_SECONDS)
        admin = Admin(admin_port, members, world.dispatcher, front, watch)
    except RuntimeFailure as failure:
        world.line.send(kind="failed", reason=str(failure))
        return 1
    watch.start()
    admin.start()
    world.line.send(kind="ready", port=None)
    patience = Patience(world.stopping, front, grace)
    while not patience.is_set() and not all(member.state == READY for member in members):
        time.sleep(0.02)
    world.dispatcher.spans.start()
    doors.open(port)
    front.start()
    world.stopping.wait()
    front.drain(patience.left())
    world.dispatcher.spans.stop()
    world.line.send(kind="drained")
    return 0
