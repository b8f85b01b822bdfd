"""Stops calling a member whose process keeps dying under its calls, for a while."""

import time

FAILURES = 3
OPEN_SECONDS = 10.0


class Circuit:
    """Opens after FAILURES calls in a row that lost their callee; then lets one call through every OPEN_SECONDS. Answers of
    any kind close it. Races only make it a call more or less exact."""

    __slots__ = ("failures", "_open_until")

    def __init__(self):
        self.failures = 0
        self._open_until = 0.0

    def lets_through(self):
        if self.failures < FAILURES:
            return True
        now = time.monotonic()
        if now < self._open_until:
            return False
        self._open_until = now + OPEN_SECONDS
        return True

    def lost(self):
        self.failures += 1
        if self.failures == FAILURES:
            self._open_until = time.monotonic() + OPEN_SECONDS
