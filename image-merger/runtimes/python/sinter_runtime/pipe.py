"""A bounded stream of body chunks between threads, or between a thread and event loops."""

import threading
from collections import deque

from .errors import ConnectionLost, LocalTimeout

HIGH_WATER = 256 * 1024


class Pipe:
    """One writer, one reader. The writer blocks (or is told to wait) above HIGH_WATER; closing the reader's end makes
    writing raise ConnectionLost. Iterating yields bytes until the end and raises what the writer ended with."""

    def __init__(self, timeout=None):
        self.timeout = timeout
        self._condition = threading.Condition()
        self._chunks = deque()
        self._size = 0
        self._ended = False
        self._error = None
        self._closed = False
        self._on_readable = None
        self._on_writable = None
        self.on_close = None

    def preload(self, chunk):
        """Write what is there before anybody reads, whatever its size."""
        with self._condition:
            self._add(chunk)

    def put(self, chunk):
        """Blocking write."""
        with self._condition:
            while self._size > HIGH_WATER and not self._closed:
                self._condition.wait()
            if self._closed:
                raise ConnectionLost("the reader is gone")
            wake = self._add(chunk)
        if wake is not None:
            wake()

    def offer(self, chunk, on_writable):
        """Write from an event loop: returns whether to wait until on_writable() is called (from any thread)."""
        with self._condition:
            if self._closed:
                raise ConnectionLost("the reader is gone")
            wake = self._add(chunk)
            full = self._size > HIGH_WATER
            if full:
                self._on_writable = on_writable
        if wake is not None:
            wake()
        return full

    def _add(self, chunk):
        self._chunks.append(chunk)
        self._size += len(chunk)
        self._condition.notify_all()
        wake, self._on_readable = self._on_readable, None
        return wake

    def end(self, error=None):
        with self._condition:
            self._ended = True
            self._error = error
            self._condition.notify_all()
            wake, self._on_readable = self._on_readable, None
        if wake is not None:
            wake()

    def take(self, on_readable=None):
        """The chunks there are, b"" at the end, or None when on_readable will be called once there is something."""
        with self._condition:
            chunk = self._take_locked()
            if chunk is None:
                self._on_readable = on_readable
            wake, self._on_writable = (self._on_writable, None) if self._size <= HIGH_WATER else (None, self._on_writable)
        if wake is not None:
            wake()
        return chunk

    def _take_locked(self):
        if self._chunks:
            chunk = b"".join(self._chunks) if len(self._chunks) > 1 else self._chunks[0]
            self._chunks.clear()
            self._size = 0
            self._condition.notify_all()
            return chunk
        if self._error is not None:
            raise self._error
        return b"" if self._ended or self._closed else None

    def __iter__(self):
        return self

    def __next__(self):
        with self._condition:
            chunk = self._take_locked()
            while chunk is None:
                if not self._condition.wait(self.timeout):
                    raise LocalTimeout()
                chunk = self._take_locked()
            wake, self._on_writable = self._on_writable, None
        if wake is not None:
            wake()
        if not chunk:
            raise StopIteration
        return chunk

    def close(self):
        with self._condition:
            already = self._closed or self._ended
            self._closed = True
            self._chunks.clear()
            self._size = 0
            self._condition.notify_all()
            wake, self._on_writable = self._on_writable, None
        if wake is not None:
            wake()
        if not already and self.on_close is not None:
            self.on_close()
