"""An asyncio transport to a local callee: what the client's protocol writes becomes a call, the answer is what it reads."""

import asyncio

from .. import binding
from ..errors import ConnectionLost, Spill
from ..exchange import Request, find, has_no_body
from ..identity import here
from ..inbound.parsing import SHORT_HEAD_BYTES, Odd, parse
from ..pipe import Pipe
from ..wire import Dechunker, chunk
from .upload import STREAM_BYTES, PipeReader


class LocalTransport(asyncio.Transport):
    """One request at a time, kept alive in between. What is not for the short way goes to the callee's own server, what
    spills to its remote copy: then the same bytes travel over a real connection, and the transport only passes them on."""

    def __init__(self, loop, dispatcher, callee, host, port):
        super().__init__()
        self._loop = loop
        self._dispatcher = dispatcher
        self._callee = callee
        self._address = (host, port)
        self._protocol = None
        self._scope = here.get()
        self._closing = False
        self._buffer = b""
        self._relay = None
        self._resume_reader = None
        self._paused = False
        self._stopped = False
        self._reset()

    def _reset(self):
        self._request = None
        self._raw = None
        self._left = 0
        self._dechunker = None
        self._parts = []
        self._size = 0
        self._pipe = None
        self._flight = None
        self._keep = True

    def start(self, protocol):
        self._protocol = protocol
        protocol.connection_made(self)

    # What the protocol writes.

    def write(self, data):
        if self._closing or not data:
            return
        if self._relay is not None:
            self._relay.write(bytes(data))
            return
        self._buffer = self._buffer + data if self._buffer else bytes(data)
        if self._flight is None:
            self._read()
        elif self._pipe is not None:
            self._read_body()

    def _read(self):
        if self._request is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > SHORT_HEAD_BYTES:
                    self._leave(True)
                return
            head, self._raw = self._buffer[:end + 4], self._buffer
            try:
                method, target, headers, _, _, length, chunked, expects, keep = parse(head)
            except Odd:
                self._leave(True)
                return
            if expects:
                self._leave(True)
                return
            if not self._dispatcher.accepts(self._callee):
                self._leave(False)
                return
            self._buffer = self._buffer[end + 4:]
            self._request = Request(method, target, headers, b"")
            self._left, self._keep = length, keep
            self._dechunker = Dechunker() if chunked else None
        self._read_body()

    def _read_body(self):
        data, self._buffer = self._buffer, b""
        if self._dechunker is not None:
            data = self._dechunker.feed(data)
            complete = self._dechunker.ended
        else:
            self._buffer, data = data[self._left:], data[:self._left]
            self._left -= len(data)
            complete = not self._left
        if self._pipe is not None:
            self._stream(data, complete)
            return
        if data:
            self._parts.append(data)
            self._size += len(data)
        if complete:
            self._request.body = b"".join(self._parts)
            self._call()
        elif self._size > STREAM_BYTES:
            self._pipe = Pipe()
            self._request.body = PipeReader(self._pipe)
            self._pipe.preload(b"".join(self._parts))
            self._parts = []
            self._call()

    def _go_on(self):
        if self._stopped:
            self._stopped = False
            self._protocol.resume_writing()

    def _stream(self, data, complete):
        loop = self._loop
        try:
            if data and self._pipe.offer(data, lambda: loop.call_soon_threadsafe(self._go_on)) and not self._stopped:
                # Protocols take it ill to be told twice.
                self._stopped = True
                self._protocol.pause_writing()
        except ConnectionLost:
            # The callee answers without the rest.
            pass
        if complete:
            self._pipe.end()

    def _call(self):
        request = self._request
        loop = self._loop
        host = find(request.headers, "host") or self._address[0]

        def arrive():
            try:
                loop.call_soon_threadsafe(self._arrived, flight)
            except RuntimeError:
                flight.give_up()

        token = here.set(self._scope_now())
        try:
            flight = self._flight = self._dispatcher.flight(self._callee, host, request)
        finally:
            here.reset(token)
        try:
            flight.depart(self._callee.server, None, arrive)
        except Spill:
            self._spill()

    def _scope_now(self):
        """Of the task that writes; pooled connections are used by other tasks than the one that opened them."""
        scope = here.get()
        return scope if scope is not None else self._scope

    # What the protocol reads.

    def _arrived(self, flight):
        if self._closing or flight is not self._flight:
            flight.give_up()
            return
        try:
            response = flight.result()
        except Spill:
            self._spill()
            return
        except Exception:
            self._end()
            return
        request = self._request
        lines = [f"HTTP/1.1 {response.status} {response.reason}"]
        length = None
        for name, value in response.headers:
            lines.append(f"{name}: {value}")
            if len(name) == 14 and name.lower() == "content-length":
                length = int(value)
        bodiless = has_no_body(request.method, response.status)
        chunked = length is None and not bodiless
        if chunked:
            lines.append("transfer-encoding: chunked")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        body = response.body
        if type(body) is bytes:
            if bodiless:
                body = b""
            elif chunked:
                body = (chunk(body) if body else b"") + b"0\r\n\r\n"
            elif len(body) < length:
                self._protocol.data_received(head + body)
                self._end()
                return
            self._done(head + body)
            return
        self._protocol.data_received(head)
        if bodiless:
            body.close()
            self._done(b"")
        else:
            self._loop.create_task(self._pass_on(body, chunked, length))

    async def _pass_on(self, body, chunked, left):
        loop = self._loop
        try:
            while not self._closing:
                if self._paused:
                    self._resume_reader = loop.create_future()
                    await self._resume_reader
                    continue
                readable = asyncio.Event()
                data = body.take(lambda: loop.call_soon_threadsafe(readable.set))
                if data is None:
                    await readable.wait()
                    continue
                if not data:
                    break
                if left is not None:
                    left -= len(data)
                self._protocol.data_received(chunk(data) if chunked else data)
        except ConnectionLost:
            self._end()
            return
        finally:
            body.close()
        if left:
            self._end()
        elif not self._closing:
            self._done(b"0\r\n\r\n" if chunked else b"")

    def _done(self, data):
        """The answer's last bytes; what was written meanwhile is the next request."""
        keep = self._keep
        self._reset()
        if data:
            self._protocol.data_received(data)
        if not keep:
            self._end()
        elif self._buffer and not self._closing:
            self._read()

    def _end(self):
        """The callee's side closes the connection."""
        if not self._closing:
            self._closing = True
            if not self._protocol.eof_received():
                self._loop.call_soon(self._protocol.connection_lost, None)

    # A real connection instead.

    def _spill(self):
        if self._pipe is not None:
            self._end()
            return
        self._leave(False)

    def _leave(self, to_own_server):
        raw = self._raw if self._request is not None else None
        self._buffer = raw if raw is not None and len(raw) >= len(self._buffer) else self._buffer
        self._relay = _Pending()
        self._relay.write(self._whole_request())
        self._loop.create_task(self._connect(to_own_server))

    def _whole_request(self):
        """The bytes written so far, as they were; a body taken apart already is framed again."""
        if self._request is None or not self._parts:
            return self._buffer
        head = self._raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        body = b"".join(self._parts)
        if self._dechunker is not None:
            body = (chunk(body) if body else b"") + (b"0\r\n\r\n" if self._dechunker.ended else b"")
        return head + body

    async def _connect(self, to_own_server):
        token = here.set(self._scope_now().leaving())
        try:
            if to_own_server:
                sock = binding.connect(self._callee)
                sock.setblocking(False)
                relay, _ = await self._loop.create_connection(lambda: _Relay(self), sock=sock)
            else:
                relay, _ = await self._loop.create_connection(lambda: _Relay(self), *self._address)
        except OSError:
            self._end()
            return
        finally:
            here.reset(token)
        relay.write(self._relay.data)
        self._relay = relay
        if self._closing:
            relay.close()

    # The rest of asyncio.Transport.

    def get_extra_info(self, name, default=None):
        if name == "peername":
            return ("127.0.0.1", self._address[1])
        return ("127.0.0.1", 0) if name == "sockname" else default

    def set_protocol(self, protocol):
        self._protocol = protocol

    def get_protocol(self):
        return self._protocol

    def writelines(self, lines):
        self.write(b"".join(lines))

    def can_write_eof(self):
        return False

    def is_closing(self):
        return self._closing

    def close(self):
        if self._closing:
            return
        self._closing = True
        if self._flight is not None:
            self._flight.give_up()
        if self._pipe is not None:
            self._pipe.end(ConnectionLost("the client is gone"))
        if self._relay is not None:
            self._relay.close()
        self.resume_reading()
        self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self):
        self.close()

    def pause_reading(self):
        self._paused = True
        if self._relay is not None:
            self._relay.pause_reading()

    def resume_reading(self):
        self._paused = False
        if self._relay is not None and not self._closing:
            self._relay.resume_reading()
        waiting, self._resume_reader = self._resume_reader, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def is_reading(self):
        return not self._paused and not self._closing

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_size(self):
        return 0


class _Pending:
    """Holds what is written until the real connection is there."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data

    def pause_reading(self):
        pass

    resume_reading = close = pause_reading


class _Relay(asyncio.Protocol):
    def __init__(self, transport):
        self._transport = transport

    def data_received(self, data):
        if not self._transport.is_closing():
            self._transport.get_protocol().data_received(data)

    def connection_lost(self, error):
        self._transport._end()
