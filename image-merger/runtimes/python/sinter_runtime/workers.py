"""Parked threads that run what must not run in the caller's thread: calls with a deadline, calls out of an event loop."""

import os
import threading

from .bells import new_bell

MAX_THREADS = 512


class Workers:
    """Starts a thread when none is parked, up to MAX_THREADS; beyond, submit returns False and the call spills."""

    def __init__(self, limit=MAX_THREADS):
        self._limit = limit
        self._count = 0
        self._parked = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forked)

    def _forked(self):
        """Threads stay with the parent."""
        self._count = 0
        self._parked.clear()
        self._lock = threading.Lock()

    def submit(self, job):
        """Runs job() in another thread, in an empty context; job must not raise. False when all are busy."""
        try:
            worker = self._parked.pop()
        except IndexError:
            with self._lock:
                if self._count >= self._limit:
                    return False
                self._count += 1
            worker = _Worker(self._parked)
            worker.job = job
            worker.start()
            return True
        worker.job = job
        worker.wake.ring()
        return True


class _Worker(threading.Thread):
    def __init__(self, parked):
        super().__init__(name="sinter-worker", daemon=True)
        self.job = None
        self.wake = new_bell()
        self._parked = parked

    def run(self):
        parked, wake = self._parked, self.wake
        while True:
            job, self.job = self.job, None
            job()
            job = None
            parked.append(self)
            wake.wait()
