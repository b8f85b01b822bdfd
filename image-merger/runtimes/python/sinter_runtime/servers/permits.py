"""The number of requests a member's server would run at a time."""

import threading

MAX_WAITING = 256


class Permits:
    """acquire() queues like the server's own accept queue; beyond MAX_WAITING, or when the time is up, it says no."""

    def __init__(self, count):
        self.count = count
        self._free = threading.Semaphore(count)
        self._waiting = 0

    def acquire(self, timeout=None):
        if self._free.acquire(blocking=False):
            return True
        if self._waiting >= MAX_WAITING:
            return False
        self._waiting += 1
        try:
            return self._free.acquire(timeout=timeout)
        finally:
            self._waiting -= 1

    def release(self):
        self._free.release()
