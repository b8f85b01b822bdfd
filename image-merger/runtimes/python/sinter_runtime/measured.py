"""Streamed bodies whose end completes the measurement of their exchange."""

from time import time_ns

from .errors import ConnectionLost


class RecordedBody:
    """A streamed body whose end completes the measurement."""

    __slots__ = ("_flight", "_status", "_chunks")

    def __init__(self, flight, response):
        self._flight = flight
        self._status = response.status
        self._chunks = response.body

    @property
    def timeout(self):
        """How long the reader waits for the next chunk."""
        return getattr(self._chunks, "timeout", None)

    @timeout.setter
    def timeout(self, seconds):
        if hasattr(self._chunks, "timeout"):
            self._chunks.timeout = seconds

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._chunks)
        except StopIteration:
            self._end(self._status)
            raise
        except ConnectionLost:
            self._end(0)
            raise

    def take(self, on_readable=None):
        chunk = self._chunks.take(on_readable)
        if chunk == b"":
            self._end(self._status)
        return chunk

    def close(self):
        self._chunks.close()
        self._end(self._status)

    def _end(self, status):
        flight, self._flight = self._flight, None
        if flight is not None:
            flight.record(status, time_ns())


class HeldBody:
    """A body produced in the reader's own thread, in the callee's context; holds the callee's permit until its end."""

    __slots__ = ("_flight", "_status", "_chunks", "_permits")

    def __init__(self, flight, response, permits):
        self._flight = flight
        self._status = response.status
        self._chunks = response.body
        self._permits = permits

    def __iter__(self):
        return self

    def __next__(self):
        flight = self._flight
        if flight is None:
            raise StopIteration
        try:
            chunk = flight.context.run(next, self._chunks, None)
        except BaseException:
            self._end(0)
            raise
        if chunk is None:
            self._end(self._status)
            raise StopIteration
        return chunk

    def close(self):
        self._end(self._status)

    def _end(self, status):
        flight, self._flight = self._flight, None
        if flight is not None:
            try:
                flight.context.run(self._chunks.close)
            finally:
                flight.ended(status, self._permits)
