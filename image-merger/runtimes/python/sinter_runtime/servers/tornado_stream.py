"""tornado: its own HTTP connection on a stream whose bytes never leave the process."""

from .transport import MemoryTransportSocket


def connector(iostream, server, loop, address):
    """A StreamServer's connect for a tornado.httpserver.HTTPServer."""
    class MemoryStream(iostream.IOStream):
        def __init__(self, stream):
            super().__init__(MemoryTransportSocket(stream.remote, address), max_buffer_size=server.max_buffer_size,
                             read_chunk_size=server.read_chunk_size)
            self._peer = stream
            self._pending = bytearray()
            self._drained = None

        def feed(self, data):
            if self.closed():
                return None
            self._pending += data
            if self._read_future is not None:
                self._handle_read()
            if not self._pending or self.closed():
                return None
            if self._drained is None:
                self._drained = loop.create_future()
            return self._drained

        def end(self):
            self.close()

        def resume(self):
            self._handle_write()

        def read_from_fd(self, buffer):
            size = min(len(buffer), len(self._pending))
            if not size:
                return None
            buffer[:size] = self._pending[:size]
            del self._pending[:size]
            if not self._pending:
                self._wake()
            return size

        def write_to_fd(self, data):
            self._peer.written(data)
            return len(data)

        def close_fd(self):
            self._wake()
            self._peer.closed()

        def _wake(self):
            drained, self._drained = self._drained, None
            if drained is not None and not drained.done():
                drained.set_result(None)

        def _add_io_state(self, state):
            pass

    def connect(stream):
        connection = MemoryStream(stream)
        server.handle_stream(connection, stream.remote)
        return connection

    return connect
