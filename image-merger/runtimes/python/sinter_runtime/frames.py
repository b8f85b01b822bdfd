"""How members in processes of their own call each other: length-prefixed frames over Unix sockets, no HTTP.

A connection carries one exchange at a time. Payloads are marshalled tuples: all processes run the same runtime."""

import marshal
import os
import select
import socket
import struct
import threading
from _thread import start_new_thread
from time import time_ns

from .errors import Abandoned, BodyCut, ConnectionLost, LocalTimeout, PeerLost, Spill
from .exchange import Request, Response
from .identity import Scope
from .streamed import StreamedBody

HEAD, BODY, END, LOST, SPILL, CUT = 1, 2, 3, 4, 5, 6
INLINE_BYTES = 256 * 1024
MAX_IDLE = 64
LEFT_CHECK_MILLIS = 500

_prefix = struct.Struct("<BI")


class FrameSocket:
    """Frames over a stream socket; timeouts are the socket's."""

    __slots__ = ("sock", "_buffer")

    def __init__(self, sock):
        self.sock = sock
        self._buffer = b""

    def send(self, kind, payload=b""):
        self.sock.sendall(_prefix.pack(kind, len(payload)) + payload)

    def receive(self):
        buffer = self._buffer
        while len(buffer) < 5:
            buffer = self._more(buffer)
        kind, length = _prefix.unpack_from(buffer)
        end = 5 + length
        if len(buffer) < end:
            parts = [buffer]
            missing = end - len(buffer)
            while missing > 0:
                part = self.sock.recv(max(65536, min(missing, 1 << 20)))
                if not part:
                    raise ConnectionLost("the peer closed the connection")
                parts.append(part)
                missing -= len(part)
            buffer = b"".join(parts)
        self._buffer = buffer[end:]
        return kind, buffer[5:end]

    def next(self):
        """The next piece of a body, None at its end."""
        kind, payload = self.receive()
        if kind == LOST:
            raise ConnectionLost(payload.decode("utf-8", "replace"))
        return payload if kind == BODY else None

    def _more(self, buffer):
        part = self.sock.recv(65536)
        if not part:
            raise ConnectionLost("the peer closed the connection")
        return buffer + part if buffer else part

    def close(self):
        self.sock.close()


class PeerServer:
    """The caller's side: a member that lives in another process. respond() may be called from any thread."""

    kind = "peer"
    permits = None

    def __init__(self, path):
        self._path = path
        self._idle = []

    def respond(self, request, scope, timeout=None, gone=None):
        """gone() tells whether whoever asked has left; then the callee is told by the closed connection."""
        body = request.body
        inline = type(body) is bytes and len(body) <= INLINE_BYTES
        head = marshal.dumps((request.method, request.target, request.headers, body if inline else None, request.remote,
                              scope.trace_id, scope.span_id, scope.depth))
        connection = self._connection(timeout)
        try:
            try:
                connection.send(HEAD, head)
                if not inline:
                    _send_body(connection, body)
            except (BrokenPipeError, ConnectionResetError):
                if not inline:
                    raise
                # The idle connection belonged to a process that is gone; nothing was served.
                connection.close()
                connection = self._connection(timeout, fresh=True)
                connection.send(HEAD, head)
            if gone is not None and not answers(connection.sock, gone):
                connection.close()
                raise Abandoned("the client is gone")
            kind, payload = connection.receive()
        except socket.timeout:
            connection.close()
            raise LocalTimeout() from None
        except Abandoned:
            raise
        except (OSError, ConnectionLost) as error:
            connection.close()
            raise PeerLost(str(error)) from None
        if kind == HEAD:
            status, reason, headers, body, start, end = marshal.loads(payload)
            if body is not None:
                self._keep(connection)
                return Response(status, reason, headers, body), start, end
            return Response(status, reason, headers, StreamedBody(connection, self._keep)), start, 0
        self._keep(connection)
        if kind == SPILL:
            raise Spill("busy")
        raise ConnectionLost(payload.decode("utf-8", "replace"))

    def _connection(self, timeout, fresh=False):
        if fresh:
            self.forget()
        try:
            connection = self._idle.pop()
        except IndexError:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.connect(self._path)
            except OSError as error:
                sock.close()
                raise PeerLost(str(error)) from None
            connection = FrameSocket(sock)
        if connection.sock.gettimeout() != timeout:
            # It costs a system call, and in a busy interpreter a turn.
            connection.sock.settimeout(timeout)
        return connection

    def _keep(self, connection):
        if len(self._idle) < MAX_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def forget(self):
        """The process behind is gone: its connections are of no use."""
        while self._idle:
            self._idle.pop().close()


def answers(sock, gone):
    """Waits for the answer as long as somebody wants it."""
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    while not poller.poll(LEFT_CHECK_MILLIS):
        if gone():
            return False
    return True


def _send_body(connection, body):
    if type(body) is bytes:
        for start in range(0, len(body), 1 << 20):
            connection.send(BODY, body[start:start + (1 << 20)])
    else:
        while True:
            try:
                chunk = body.read(65536)
            except ConnectionLost as error:
                # Whether that matters is the callee's to say: it may answer without the rest.
                connection.send(CUT, b"length" if isinstance(error, BodyCut) else b"")
                return
            if not chunk:
                break
            connection.send(BODY, chunk)
    connection.send(END)


class FrameServer:
    """The callee's side: serves the member of this process on a listening Unix socket, a thread per connection."""

    def __init__(self, listener, member, dispatcher):
        self._listener = listener
        self._member = member
        self._dispatcher = dispatcher
        self.active = 0

    def start(self):
        threading.Thread(target=self._accept, name="sinter-frames", daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            start_new_thread(self._serve, (sock,))

    def _serve(self, sock):
        connection = FrameSocket(sock)
        try:
            while True:
                kind, payload = connection.receive()
                if kind != HEAD:
                    return
                self.active += 1
                try:
                    if not self._one(connection, payload):
                        return
                finally:
                    self.active -= 1
        except (OSError, ConnectionLost):
            pass
        finally:
            connection.close()

    def _one(self, connection, payload):
        method, target, headers, body, remote, trace_id, span_id, depth = marshal.loads(payload)
        reader = None
        if body is None:
            body = reader = _FrameBody(connection)
        request = Request(method, target, headers, body, tuple(remote))
        scope = Scope(self._member, trace_id, span_id, depth)
        start = time_ns()
        try:
            response = self._dispatcher.serve(self._member, request, scope, lambda: closed_by_peer(connection.sock))
        except Spill:
            connection.send(SPILL)
            return reader is None
        except ConnectionLost as error:
            connection.send(LOST, str(error).encode())
            return reader is None
        if type(response.body) is bytes and len(response.body) <= INLINE_BYTES * 16:
            end = time_ns()
            connection.send(HEAD, marshal.dumps(
                (response.status, response.reason, response.headers, response.body, start, end)))
        else:
            connection.send(HEAD, marshal.dumps((response.status, response.reason, response.headers, None, start, 0)))
            self._stream(connection, response.body)
        return reader is None or reader.drain()

    @staticmethod
    def _stream(connection, body):
        if type(body) is bytes:
            _send_body(connection, body)
            return
        try:
            for chunk in body:
                connection.send(BODY, chunk)
            connection.send(END)
        except ConnectionLost as error:
            connection.send(LOST, str(error).encode())
        finally:
            body.close()


class _FrameBody:
    """A request body that follows its head in frames."""

    def __init__(self, connection):
        self._connection = connection
        self._left = b""
        self._ended = False
        self._cut = None

    def read(self, size):
        if self._cut is not None:
            raise self._cut
        if not self._left and not self._ended:
            kind, self._left = self._connection.receive()
            if kind == CUT:
                self._cut = (BodyCut if self._left else ConnectionLost)("the body ended early")
                raise self._cut
            if kind != BODY:
                self._ended = True
                self._left = b""
        part, self._left = self._left[:size], self._left[size:]
        return part

    def drain(self):
        """Reads the rest away; whether the connection can carry another exchange."""
        try:
            while self.read(1 << 20):
                pass
        except ConnectionLost:
            return self._cut is not None
        return True


def closed_by_peer(sock):
    """Whether the other end has closed; never waits, whatever the socket's timeout."""
    try:
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        return bool(poller.poll(0)) and sock.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


def listener(path):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(path)
    os.chmod(path, 0o600)
    sock.listen(512)
    return sock
