"""Finds calls and event loops that never come to an end, and tells liveness of them."""

import threading
import time

from .identity import run_as
from .member import report

STUCK_SECONDS = 300.0
BEAT_SECONDS = 1.0
# Of a server that starts a thread for each request.
MAX_STUCK = 64


class Watch:
    """One per process; looks at its members every BEAT_SECONDS. stuck() is how many calls and loops of a member have not
    answered for the given time; streaming and calls their client gave up are no reason, a thread that still runs is."""

    def __init__(self, members, stuck_seconds):
        self._members = members
        self._stuck_seconds = stuck_seconds
        self._loop_beats = {}
        self._told = set()
        self.beat = time.monotonic()

    def start(self):
        run_as(None, threading.Thread(target=self._run, name="sinter-watch", daemon=True).start)

    def _run(self):
        while True:
            time.sleep(BEAT_SECONDS)
            self.beat = now = time.monotonic()
            for member in self._members:
                self._ask_loop(member, now)
                stuck = self.stuck(member)
                if stuck and member.name not in self._told:
                    self._told.add(member.name)
                    report(f"SNT0249: member {member.name} has {stuck} calls without an answer for {self._stuck_seconds:.0f} s "
                           "(expected: an answer). Maybe it waits for itself, or for ever for something else.")

    def _ask_loop(self, member, now):
        loop = member.loop
        if loop is None or loop.is_closed():
            self._loop_beats.pop(member.name, None)
            return
        asked = self._loop_beats.get(member.name)
        if asked is None or asked[1]:
            answer = [now, False]
            self._loop_beats[member.name] = answer
            try:
                loop.call_soon_threadsafe(answer.__setitem__, 1, True)
            except RuntimeError:
                self._loop_beats.pop(member.name, None)

    def stuck(self, member):
        since = time.time_ns() - int(self._stuck_seconds * 1e9)
        calls = sum(1 for start in list(member.active.values()) if start < since)
        return calls + self._blocked(member)

    def _blocked(self, member):
        asked = self._loop_beats.get(member.name)
        return asked is not None and not asked[1] and time.monotonic() - asked[0] > self._stuck_seconds

    def fails(self, member):
        """Whether what is stuck keeps the member from serving: its loop, or as many calls as it runs at a time."""
        if self._blocked(member):
            return True
        permits = getattr(member.server, "permits", None)
        return self.stuck(member) >= (permits.count if permits is not None else MAX_STUCK)
