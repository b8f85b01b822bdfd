"""What the processes of a group say, on its way to the container's log: whole lines, each with its member's name.

Each process writes into pipes of its own, the supervisor's too, and its loop alone writes to the log. A log that nobody reads
holds up those who write to it, as it would alone, but never the loop."""

import faulthandler
import os
import select
import selectors
import sys
import time

from .lines import Lines, Writer

READ_BYTES = 16 * 1024
# Room for so much is certain when a pipe can be written to at all.
WRITE_BYTES = select.PIPE_BUF
SILENCE_SECONDS = 1.0
LAST_WORDS_BYTES = 1 << 20
MAX_WAITING_BYTES = 1 << 20
CLOSE_SECONDS = 1.0
OWN = object()


class Outputs:
    """Of one supervisor; not thread-safe. The selector's data are functions to call."""

    def __init__(self, selector, out=1, err=2):
        self._selector = selector
        log = _Log(os.dup(out))
        self._logs = {1: log, 2: log if os.path.sameopenfile(out, err) else _Log(os.dup(err))}
        self._streams = {}
        self._own = False

    def open(self, key, name=""):
        """{1: descriptor, 2: descriptor} for a process to write to, until ended(key)."""
        ends = {}
        streams = self._streams[key] = []
        for number, log in self._logs.items():
            ours, ends[number] = os.pipe()
            os.set_blocking(ours, False)
            stream = _Stream(ours, log, f"[{name}] ".encode() if name else b"")
            streams.append(stream)
            if not log.stalled:
                self._listen(stream)
        return ends

    def take_own(self):
        """From here on this process's own words, of all its threads, come with the others'."""
        self._own = True
        flush()
        ends = self.open(OWN)
        for end in ends.values():
            # The loop must not wait for itself.
            os.set_blocking(end, False)
        become(ends)
        # Its own crash leaves nobody who would pass it on.
        faulthandler.enable(self._logs[2].descriptor)

    def forget(self, ends):
        """In a process forked beside it: writes to these from now on."""
        for streams in self._streams.values():
            for stream in streams:
                os.close(stream.descriptor)
        for log in set(self._logs.values()):
            os.close(log.descriptor)
        become(ends)
        faulthandler.enable(sys.__stderr__)

    def ended(self, key):
        """The process is gone: passes on what it still said. Whatever it left behind may hold its outputs open for ever."""
        for stream in self._streams.pop(key, ()):
            for _ in range(LAST_WORDS_BYTES // READ_BYTES):
                if not stream.read() or not _ready(stream.descriptor, select.POLLIN):
                    break
            self._close(stream)

    def due(self):
        """Seconds until an unfinished line has waited long enough; None when there is none."""
        waits = [stream.since for stream in self._all() if stream.writer.rest and not stream.log.stalled]
        return max(0.0, min(waits) + SILENCE_SECONDS - time.monotonic()) if waits else None

    def break_silence(self):
        """Writes unfinished lines that have waited long enough."""
        before = time.monotonic() - SILENCE_SECONDS
        for stream in list(self._all()):
            if stream.writer.rest and stream.since <= before and not stream.log.stalled:
                stream.log.put(stream.writer, stream.writer.leave())
                self._write(stream.log)

    def close(self):
        """Writes what there is, as far as the log takes it soon, and gives this process its own outputs back."""
        if self._own:
            flush()
            become({number: os.dup(log.descriptor) for number, log in self._logs.items()})
        for key in list(self._streams):
            self.ended(key)
        deadline = time.monotonic() + CLOSE_SECONDS
        for log in set(self._logs.values()):
            while not log.write() and time.monotonic() < deadline:
                _ready(log.descriptor, select.POLLOUT, 100)

    def _all(self):
        for streams in self._streams.values():
            yield from streams

    def _listen(self, stream):
        stream.listened = True
        self._selector.register(stream.descriptor, selectors.EVENT_READ, lambda: self._pass_on(stream))

    def _ignore(self, stream):
        if stream.listened:
            stream.listened = False
            self._selector.unregister(stream.descriptor)

    def _pass_on(self, stream):
        if not stream.read():
            for streams in self._streams.values():
                if stream in streams:
                    streams.remove(stream)
            self._close(stream)
        else:
            self._write(stream.log)

    def _close(self, stream):
        self._ignore(stream)
        os.close(stream.descriptor)
        stream.log.put(stream.writer, stream.writer.leave())
        stream.log.end(stream.writer)
        self._write(stream.log)

    def _write(self, log):
        """While the log takes nothing, nothing more is read for it."""
        done = log.write()
        if done == (not log.stalled):
            return
        log.stalled = not done
        streams = [stream for stream in self._all() if stream.log is log]
        if done:
            self._selector.unregister(log.descriptor)
            for stream in streams:
                self._listen(stream)
        else:
            for stream in streams:
                self._ignore(stream)
            self._selector.register(log.descriptor, selectors.EVENT_WRITE, lambda: self._write(log))


class _Stream:
    """One output of one process."""

    __slots__ = ("descriptor", "log", "writer", "since", "listened")

    def __init__(self, descriptor, log, prefix):
        self.descriptor = descriptor
        self.log = log
        self.writer = Writer(prefix)
        self.since = 0.0
        self.listened = False

    def read(self):
        """Takes what has come; whether more may come."""
        try:
            data = os.read(self.descriptor, READ_BYTES)
        except BlockingIOError:
            return True
        if data:
            self.since = time.monotonic()
            self.log.put(self.writer, self.writer.take(data, b"\n"))
        return bool(data)


class _Log:
    """The container's stdout or stderr."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.stalled = False
        self._lines = Lines(b"\n")
        self._waiting = bytearray()
        self._lost = 0

    def put(self, writer, text):
        if text and len(self._waiting) > MAX_WAITING_BYTES:
            self._lost += len(text)
        elif text:
            self._waiting += self._lines.woven(writer, text)

    def end(self, writer):
        self._waiting += self._lines.ended(writer)

    def write(self):
        """Writes what the log takes without waiting; whether that was all."""
        waiting = self._waiting
        while waiting:
            if not _ready(self.descriptor, select.POLLOUT):
                return False
            try:
                del waiting[:os.write(self.descriptor, waiting[:WRITE_BYTES])]
            except BlockingIOError:
                return False
            except OSError:
                # Nobody reads it, and nobody will.
                waiting.clear()
            if not waiting and self._lost:
                lost, self._lost = self._lost, 0
                self.put(Writer(b""), f"SNT0252: {lost} bytes of output are lost (expected: a log that is read). Maybe the "
                                      "engine's log driver stands still.\n".encode())
        return True


def become(ends):
    """Makes these descriptors the process's own stdout and stderr."""
    for number, end in ends.items():
        os.dup2(end, number)
    close_all(ends)


def close_all(ends):
    for end in ends.values():
        os.close(end)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # The pipe to the loop is full.
            pass


def _ready(descriptor, event, millis=0):
    poller = select.poll()
    poller.register(descriptor, event)
    return bool(poller.poll(millis))
