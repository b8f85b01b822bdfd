"""Request bodies read from a connection on demand; it offers receive(size) and line()."""

import re

from ..errors import BodyCut, ConnectionLost
from .parsing import Odd

_size = re.compile(rb"[0-9A-Fa-f]{1,15}\Z").match


def whole_chunks(data):
    """(body, what follows it) of a chunked body that has arrived whole, None while it has not.

    Odd when it is not as plain as can be: what a server makes of extensions, trailers and defects is its own.
    """
    pieces = []
    start = 0
    while True:
        end = data.find(b"\r\n", start)
        if end < 0:
            if data[start:start + 1] and not _size(data[start:start + 15].rstrip(b"\r")):
                raise Odd
            return None
        if not _size(data[start:end]):
            raise Odd
        size = int(data[start:end], 16)
        start = end + 2 + size + 2
        if start > len(data):
            return None
        if data[start - 2:start] != b"\r\n":
            raise Odd
        if not size:
            return b"".join(pieces), data[start:]
        pieces.append(data[end + 2:start - 2])


class LengthReader:
    """A request body of known length, read from the connection on demand."""

    def __init__(self, connection, length):
        self._connection = connection
        self._left = length

    def read(self, size):
        if not self._left:
            return b""
        part = self._connection.receive(min(size, self._left))
        if not part:
            raise BodyCut("the body ended early")
        self._left -= len(part)
        return part

    def skip(self):
        """Reads away what the application left; gives the connection up beyond 1 MiB."""
        if self._left > 1 << 20:
            return False
        while self._left:
            self.read(65536)
        return True


class ChunkedReader:
    """A chunked request body; trailers are dropped, as proxies do."""

    def __init__(self, connection):
        self._connection = connection
        self._left = 0
        self._ended = False

    def read(self, size):
        if self._ended:
            return b""
        connection = self._connection
        if not self._left:
            line = connection.line().split(b";")[0].strip()
            try:
                if line[:1] in (b"+", b"-", b"") or b"_" in line:
                    raise ValueError(line)
                self._left = int(line, 16)
            except ValueError:
                raise ConnectionLost("a chunk has no size") from None
            if not self._left:
                while connection.line():
                    pass
                self._ended = True
                return b""
        part = connection.receive(min(size, self._left))
        if not part:
            raise ConnectionLost("the body ended early")
        self._left -= len(part)
        if not self._left and connection.line():
            raise ConnectionLost("a chunk is longer than it said")
        return part

    def skip(self):
        skipped = 0
        while not self._ended:
            skipped += len(self.read(65536))
            if skipped > 1 << 20:
                return False
        return True
