"""An asyncio transport without a socket: a server's protocol on one side, a stream of the runtime's on the other."""

import asyncio
import socket


def connector(factory, loop, address):
    """A StreamServer's connect for servers made with loop.create_server(factory)."""
    def connect(stream):
        transport = MemoryTransport(loop, stream, address)
        protocol = factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return transport

    return connect


class MemoryTransport(asyncio.Transport):
    def __init__(self, loop, stream, address):
        super().__init__()
        self._loop = loop
        self._stream = stream
        self._protocol = None
        self._closing = False
        self._paused = None
        self._stopped = False
        remote = stream.remote
        self._extra = {"peername": remote, "sockname": address, "socket": MemoryTransportSocket(remote, address)}

    # The runtime's side.

    def feed(self, data):
        if self._closing:
            return None
        if isinstance(self._protocol, asyncio.BufferedProtocol):
            asyncio.protocols._feed_data_to_buffered_proto(self._protocol, data)
        else:
            self._protocol.data_received(data)
        return self._paused

    def end(self):
        if not self._closing and not self._protocol.eof_received():
            self.close()

    def resume(self):
        if self._stopped:
            self._stopped = False
            self._protocol.resume_writing()

    # The server's side, as asyncio.Transport has it.

    def get_extra_info(self, name, default=None):
        return self._extra.get(name, default)

    def set_protocol(self, protocol):
        self._protocol = protocol

    def get_protocol(self):
        return self._protocol

    def write(self, data):
        if self._closing or not data:
            return
        if not self._stream.written(data) and not self._stopped and not self._closing:
            self._stopped = True
            self._protocol.pause_writing()

    def writelines(self, lines):
        self.write(b"".join(lines))

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.close()

    def is_closing(self):
        return self._closing

    def close(self):
        if self._closing:
            return
        self._closing = True
        self.resume_reading()
        self._stream.closed()
        self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self):
        self.close()

    def pause_reading(self):
        if self._paused is None:
            self._paused = self._loop.create_future()

    def resume_reading(self):
        paused, self._paused = self._paused, None
        if paused is not None and not paused.done():
            paused.set_result(None)

    def is_reading(self):
        return self._paused is None and not self._closing

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_limits(self):
        return 0, 65536

    def get_write_buffer_size(self):
        return 0

    @property
    def _sendfile_compatible(self):
        # loop.sendfile asks for this first; servers then read the file themselves.
        raise NotImplementedError("there is no socket to send a file to")


class MemoryTransportSocket:
    """What servers ask a connection's socket."""

    family = socket.AF_INET
    type = socket.SOCK_STREAM
    proto = socket.IPPROTO_TCP

    def __init__(self, remote, address):
        self._remote = remote
        self._address = address

    def getpeername(self):
        return self._remote

    def getsockname(self):
        return self._address

    def fileno(self):
        return -1

    def setsockopt(self, *arguments):
        pass

    def getsockopt(self, *arguments):
        return 0

    def setblocking(self, flag):
        pass

    def close(self):
        pass
