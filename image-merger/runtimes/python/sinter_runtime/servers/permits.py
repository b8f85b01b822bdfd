"""The number of requests a member's server would run at a time."""

import time
from _thread import allocate_lock
from collections import deque

MAX_WAITING = 256


class Permits:
    """acquire() queues like the server's own accept queue; beyond MAX_WAITING, or when the time is up, it says no. A free
    permit is taken and given back without a lock: each step on the lists is one of the interpreter's own."""

    def __init__(self, count):
        self.count = count
        self._free = [None] * count
        self._waiting = deque()

    def acquire(self, timeout=None):
        if not self._waiting:
            try:
                self._free.pop()
                return True
            except IndexError:
                pass
        if len(self._waiting) >= MAX_WAITING:
            return False
        return self._wait(timeout)

    def _wait(self, timeout):
        deadline = None if timeout is None else time.monotonic() + timeout
        turn = allocate_lock()
        turn.acquire()
        self._waiting.append(turn)
        # A permit given back just before this one waited woke nobody.
        self._pass_on()
        if turn.acquire(True, -1 if deadline is None else max(0.0, deadline - time.monotonic())):
            return True
        try:
            self._waiting.remove(turn)
            return False
        except ValueError:
            # Its turn came with the end of its time.
            return True

    def release(self):
        self._free.append(None)
        if self._waiting:
            self._pass_on()

    def _pass_on(self):
        """Gives free permits to those who wait, in order."""
        while self._waiting:
            try:
                self._free.pop()
            except IndexError:
                return
            try:
                turn = self._waiting.popleft()
            except IndexError:
                self._free.append(None)
                continue
            turn.release()
