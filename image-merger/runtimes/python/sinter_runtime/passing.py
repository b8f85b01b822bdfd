"""A server that has no hook, as its callers and the front see it: a member that runs unmodified, or a member's remote copy.
Requests are passed on to it as plain HTTP/1.1."""

import functools
import socket
import time

from . import binding
from .errors import Abandoned, ConnectionLost, LocalTimeout, PeerLost, Spill
from .exchange import Response
from .frames import answers, closed_by_peer
from .streamed import StreamedBody
from .wire import ResponseReader, chunk, request_head

MAX_IDLE = 64
# Servers close idle connections after 2 s (gunicorn), 5 s (Node) and more: a request must not meet that.
IDLE_SECONDS = 1.0
BLOCK_BYTES = 65536
CONNECT_SECONDS = 5.0


def program(member):
    """The server of a member that runs unmodified."""
    return PlainServer(functools.partial(binding.connect, member))


def remote_copy(host, port):
    """The server of the same function outside."""
    def connect(timeout):
        try:
            sock = socket.create_connection((host, port), CONNECT_SECONDS)
        except socket.timeout:
            raise ConnectionRefusedError(f"{host} does not answer") from None
        sock.settimeout(timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    return PlainServer(connect)


class PlainServer:
    """respond() may be called from any thread. Connections are kept, as a sidecar keeps them."""

    # For callers it is a member of another process, like those that are reached by frames.
    kind = "peer"
    permits = None

    def __init__(self, connect):
        """connect(timeout) gives a connected socket, or raises OSError."""
        self.connect = connect
        self._idle = []

    def respond(self, request, scope, timeout=None, gone=None):
        """(response, start, end) with times in ns; end is 0 where the body is still to come."""
        head, chunked = request_head(request)
        start = time.time_ns()
        sock = self._connection(timeout)
        try:
            exchange = _Exchange(sock, request.method)
            exchange.send(request, head, chunked)
            exchange.receive_head(gone)
        except socket.timeout:
            sock.close()
            raise LocalTimeout() from None
        except OSError as error:
            sock.close()
            raise PeerLost(str(error)) from None
        except BaseException:
            sock.close()
            raise
        response = exchange.response()
        if exchange.ended:
            self.keep(exchange)
            return response, start, time.time_ns()
        response.body = StreamedBody(exchange, self.keep)
        return response, start, 0

    def _connection(self, timeout):
        while True:
            try:
                sock, since = self._idle.pop()
            except IndexError:
                break
            if time.monotonic() - since < IDLE_SECONDS and not closed_by_peer(sock):
                sock.settimeout(timeout)
                return sock
            sock.close()
        try:
            return self.connect(timeout)
        except socket.timeout:
            raise LocalTimeout() from None
        except OSError:
            # It is being started again, perhaps; nothing of the request is lost.
            raise Spill("dead") from None

    def keep(self, exchange):
        if exchange.keeps and len(self._idle) < MAX_IDLE:
            self._idle.append((exchange.sock, time.monotonic()))
        else:
            exchange.sock.close()

    def forget(self):
        """The process behind is gone: its connections are of no use."""
        while self._idle:
            self._idle.pop()[0].close()


class _Exchange:
    def __init__(self, sock, method):
        self.sock = sock
        self._reader = ResponseReader(method)
        self._first = b""
        self._whole = False

    @property
    def ended(self):
        return self._reader.ended

    @property
    def keeps(self):
        return self._reader.keeps and self._whole

    def send(self, request, head, chunked):
        body = request.body
        if type(body) is bytes:
            data = (chunk(body) if body else b"") + chunk(b"") if chunked else body
            self._whole = self._try(head + data if len(data) < BLOCK_BYTES else head)
            if len(data) >= BLOCK_BYTES:
                self._whole = self._whole and self._try(data)
            return
        self._whole = self._try(head)
        while self._whole:
            part = body.read(BLOCK_BYTES)
            if not part:
                self._whole = not chunked or self._try(chunk(b""))
                return
            self._whole = self._try(chunk(part) if chunked else part)

    def _try(self, data):
        """A program may answer, and close, without the rest of a body."""
        try:
            self.sock.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def receive_head(self, gone):
        while self._reader.response is None:
            if gone is not None and not answers(self.sock, gone):
                raise Abandoned("the client is gone")
            self._first = self._feed()
            if self._first is None:
                raise PeerLost("the program closed the connection without an answer")

    def response(self):
        """Its body is there if the exchange has ended."""
        read = self._reader.response
        return Response(read.status, read.reason, read.headers, self._first)

    def next(self):
        """The next bytes of the body, None at its end."""
        first, self._first = self._first, b""
        while not first and not self.ended:
            first = self._feed()
            if first is None and not self._reader.close():
                raise ConnectionLost("the program closed the connection within its answer")
        return first or None

    def close(self):
        self.sock.close()

    def _feed(self):
        data = self.sock.recv(BLOCK_BYTES)
        if not data:
            return None
        try:
            return self._reader.feed(data)
        except ValueError as error:
            raise ConnectionLost(f"the program's answer is no HTTP: {error}") from None
