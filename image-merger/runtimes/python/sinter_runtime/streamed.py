"""The body of an answer that is still to come over a connection to another process."""

import socket

from .errors import ConnectionLost, LocalTimeout


class StreamedBody:
    """Iterates over its pieces; the connection goes back to those that are idle only after the last one."""

    def __init__(self, source, keep):
        """source.next() gives the next piece, None after the last; source.close() gives the connection up."""
        self._source = source
        self._keep = keep

    def __iter__(self):
        return self

    def __next__(self):
        source = self._source
        if source is None:
            raise StopIteration
        try:
            piece = source.next()
        except socket.timeout:
            self.close()
            raise LocalTimeout() from None
        except (OSError, ConnectionLost) as error:
            self.close()
            raise ConnectionLost(str(error)) from None
        if piece is not None:
            return piece
        self._source = None
        self._keep(source)
        raise StopIteration

    def close(self):
        source, self._source = self._source, None
        if source is not None:
            source.close()
