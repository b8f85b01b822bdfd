"""The FORKED and CO_PROCESS tiers: one process per member under a supervisor.

FORKED: libraries the members share are imported once, then each process is forked from here, before there are threads; then
the front begins to serve in this process, and whoever must be started again starts afresh (forking threads is not safe).
CO_PROCESS: each member's own interpreter is started afresh, so that nothing is shared but the container; what is not captured
runs as it is, and the front is one more process."""

import os
import select
import selectors
import signal
import socket
import time

from . import sharing
from .backoff import BackOff
from .listening import address_of
from .member import DEAD, READY, STARTING, report
from .outputs import Outputs
from .preload import preload
from .runs import kill_group
from .starting import FRONT, Starter
from .watch import STUCK_SECONDS

START_SECONDS = 120.0
# Captured members give up by themselves, and say more.
LATE_SECONDS = 10.0
LOOK_SECONDS = 0.05
IDLE_SECONDS = 5.0
STOPPING_SECONDS = 0.2
# Beyond the grace, for members' own exit handlers.
END_SECONDS = 4


class _Slot:
    """A member, or the front (then it is None), through all its runs."""

    def __init__(self, member):
        self.member = member
        self.run = None
        self.back_off = BackOff()
        self.restart_at = None
        # Until when it must serve.
        self.awaited_until = None
        self.ready_once = False

    @property
    def name(self):
        return FRONT if self.member is None else self.member.name

    @property
    def is_program(self):
        return self.member is not None and not self.member.plan.captured

    def __str__(self):
        return "the front" if self.member is None else f"member {self.name}"


class Supervisor:
    """run() returns the exit code. One thread, woken by processes and signals."""

    def __init__(self, members, dispatcher, settings, plan):
        self._members = members
        self._tier = plan.tier
        self._port = int(settings.get("PORT") or plan.port)
        self._grace = float(settings.get("SINTER_GRACE_SECONDS") or 8)
        self._stuck_seconds = float(settings.get("SINTER_STUCK_SECONDS") or STUCK_SECONDS)
        # Its keys' data are functions to call.
        self._selector = selectors.DefaultSelector()
        self._outputs = Outputs(self._selector)
        self._starter = Starter(members, dispatcher, settings, plan, self._selector, self._outputs)
        self._slots = {member.name: _Slot(member) for member in members}
        self._front = self._slots[FRONT] = _Slot(None)
        self._told_to_end = False
        self._stopping = False
        self._deadline = 0.0
        self._failure = None
        self._announced = False

    def run(self):
        self._listen_to_signals()
        if self._tier == "FORKED":
            preload(self._members)
            sharing.settle()
        self._outputs.take_own()
        try:
            for slot in self._slots.values():
                if not self._told_to_end and not self._stopping:
                    self._start(slot)
            while not self._stopping or any(slot.run for slot in self._slots.values()):
                self._turn()
        finally:
            self._outputs.close()
            self._starter.close()
        if self._failure is not None:
            report(self._failure)
            return 1
        return 0

    def _listen_to_signals(self):
        wake, self._wake = socket.socketpair()
        for end in (wake, self._wake):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear_end)

        def empty():
            try:
                wake.recv(4096)
            except BlockingIOError:
                pass

        self._selector.register(wake, selectors.EVENT_READ, empty)

    def _hear_end(self, *_):
        # Signals come in the middle of anything: the loop does the rest.
        self._told_to_end = True

    def _turn(self):
        for key, _ in self._selector.select(self._patience()):
            # An earlier one's doing may have closed it.
            if self._selector.get_map().get(key.fd) is key:
                key.data()
        self._outputs.break_silence()
        self._reap()
        if self._told_to_end:
            self._stop()
        now = time.monotonic()
        for slot in self._slots.values():
            if slot.run is not None:
                self._look_at(slot, now)
            elif slot.restart_at is not None and slot.restart_at <= now and not self._stopping:
                slot.restart_at = None
                self._start(slot)
        if self._stopping and now > self._deadline:
            for slot in self._slots.values():
                if slot.run is not None:
                    slot.run.kill()
                    if slot.run.here:
                        slot.run = None

    def _patience(self):
        """Seconds until something is due though nothing happens."""
        waits = [STOPPING_SECONDS if self._stopping else IDLE_SECONDS]
        now = time.monotonic()
        for slot in self._slots.values():
            if slot.restart_at is not None and not self._stopping:
                waits.append(max(0.0, slot.restart_at - now))
            if slot.awaited_until is not None and slot.is_program:
                waits.append(LOOK_SECONDS)
        silence = self._outputs.due()
        return min(waits) if silence is None else min(*waits, silence)

    # From start to readiness.

    def _start(self, slot):
        if slot.is_program and not self._has_its_port(slot):
            return
        try:
            run = self._starter.start(slot.name)
        except OSError as error:
            if not slot.ready_once:
                raise
            report(f"SNT0247: {slot} could not be started again: {error.strerror or error} (expected: a process). "
                   f"It is tried again in {slot.back_off.seconds:.1f} s.")
            slot.restart_at = time.monotonic() + slot.back_off.seconds
            return
        slot.run = run
        if slot.member is not None:
            slot.awaited_until = run.started + START_SECONDS + (0 if slot.is_program else LATE_SECONDS)
        if run.line is not None:
            self._selector.register(run.line.sock, selectors.EVENT_READ, lambda: self._heed(slot, run))
        for member in self._members:
            if member is not slot.member and member.state != STARTING:
                run.tell(**_state_of(member))

    def _has_its_port(self, slot):
        """A program's port must be its own: what answers there is taken for it."""
        port = slot.member.plan.listens
        if address_of(port) is None:
            return True
        if slot.ready_once:
            # Something it left behind still holds it.
            slot.restart_at = time.monotonic() + slot.back_off.seconds
        else:
            self._fail(f"SNT0246: port {port} of {slot}: taken (expected: a free port). "
                       "Maybe PORT or SINTER_ADMIN_PORT should name another.")
        return False

    def _look_at(self, slot, now):
        run = slot.run
        if slot.is_program and slot.awaited_until is not None:
            # It is ready when it listens.
            address = address_of(slot.member.plan.listens)
            if address is not None:
                self._ready(slot, address)
        if slot.awaited_until is not None and now > slot.awaited_until and not self._stopping:
            slot.awaited_until = None
            said = f"SNT0245: {slot} serves nothing after {START_SECONDS:.0f} s (expected: a server bound to port " \
                   f"{slot.member.plan.listens}). Maybe it listens on another port than its plan says."
            if slot.ready_once:
                report(said)
                run.kill()
            else:
                self._fail(said)
        if run.last_beat is not None and now - run.last_beat > self._stuck_seconds:
            report(f"SNT0249: {slot} is stuck for {self._stuck_seconds:.0f} s (expected: answers). It is killed.")
            run.last_beat = None
            run.kill()

    def _ready(self, slot, address):
        slot.awaited_until = None
        slot.ready_once = True
        if slot.member is not None:
            self._change(slot, READY, address, "")
        if not self._announced and all(other.ready_once for other in self._slots.values()):
            self._announced = True
            report(f"sinter: {', '.join(member.name for member in self._members)} ready on port {self._port} ({self._tier})")

    def _change(self, slot, state, address, reason):
        member = slot.member
        member.state, member.private_address, member.reason = state, address, reason
        for other in self._slots.values():
            if other is not slot and other.run is not None:
                other.run.tell(**_state_of(member))

    # What processes say.

    def _heed(self, slot, run):
        messages = run.line.receive()
        if messages is None:
            self._hang_up(run)
            return
        for message in messages:
            kind = message["kind"]
            if kind == "ready":
                self._ready(slot, message["port"])
            elif kind == "failed":
                if not slot.ready_once:
                    self._fail(message["reason"])
            elif kind == "beat":
                run.last_beat = time.monotonic()
            elif kind == "stats":
                if self._front.run is not None:
                    self._front.run.tell(kind="stats", member=slot.name, stats=message["stats"])
            elif kind == "drained":
                self._stop_members()
            elif kind == "ended":
                # The front in threads of this process.
                slot.run = None
                if self._stopping:
                    self._stop_members()
                else:
                    self._fail("SNT0247: the front ended (expected: to run until SIGTERM). Its own output above says why.")

    def _hang_up(self, run):
        if run.line.sock.fileno() >= 0:
            self._selector.unregister(run.line.sock)
            run.line.sock.close()

    # From the end of a process to its next start.

    def _reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for slot in self._slots.values():
                if slot.run is not None and slot.run.pid == pid:
                    self._ended(slot, slot.run, status)

    def _ended(self, slot, run, status):
        # In its container all it has started would be gone too.
        kill_group(run.pid)
        if run.line is not None:
            # What it said last may still be unread.
            while _readable(run.line.sock):
                self._heed(slot, run)
            self._hang_up(run)
        self._outputs.ended(slot.name)
        slot.run = slot.awaited_until = None
        if self._stopping:
            if slot is self._front:
                self._stop_members()
            return
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit code {os.WEXITSTATUS(status)}"
        if not slot.ready_once and slot is not self._front:
            self._fail(f"SNT0244: {slot} ended while starting: {how} (expected: a server). Its own output above says why.")
            return
        now = time.monotonic()
        pause = slot.back_off.after(now - run.started)
        slot.restart_at = now + pause
        report(f"SNT0247: {slot} ended with {how} (expected: to run until SIGTERM). It is started again in {pause:.1f} s.")
        if slot.member is not None:
            self._change(slot, DEAD, None, how)

    def _fail(self, reason):
        self._failure = self._failure or reason
        self._stop()

    def _stop(self):
        """Front first: it drains; members end when it is gone."""
        if self._stopping:
            return
        self._stopping = True
        self._deadline = time.monotonic() + self._grace + END_SECONDS
        if self._front.run is not None:
            self._front.run.stop()
        else:
            self._stop_members()

    def _stop_members(self):
        for slot in self._slots.values():
            if slot is not self._front and slot.run is not None:
                slot.run.stop()


def _state_of(member):
    return {"kind": "state", "member": member.name, "state": member.state, "port": member.private_address,
            "reason": member.reason}


def _readable(sock):
    if sock.fileno() < 0:
        return False
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(0))
