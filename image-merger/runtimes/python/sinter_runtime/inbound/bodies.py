"""Request bodies read from a connection on demand; it offers receive(size) and line()."""

from ..errors import ConnectionLost


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
            raise ConnectionLost("the body ended early")
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
