"""Runs a socketserver request handler in the current thread, on a socket that exists only in memory."""

import errno
import io
import os
import socketserver
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler

from ..errors import BodyCut, ConnectionLost
from ..exchange import HOP_BY_HOP, Response
from ..pipe import Pipe
from ..wire import Dechunker

IN_THREAD_BYTES = 4 * 1024 * 1024
KNOWN_ROUTES = 1024


class HandlerServer:
    """The first answer on a route is streamed through a worker thread. Where handlers turn out to declare how long their
    answers are, later calls on that route run in the caller's thread."""

    kind = "handler"

    def __init__(self, server, member, permits):
        self.server = server
        self.member = member
        self.permits = permits
        self.handler_class = server.RequestHandlerClass
        self.speaks_http = isinstance(self.handler_class, type) and issubclass(self.handler_class, BaseHTTPRequestHandler)
        self._bounded = {}

    def in_thread_for(self, request):
        return self._bounded.get((request.method, request.target.partition("?")[0]), False)

    def respond(self, request, streamed=None):
        """The complete response; with streamed (a callable taking an early Response) the handler may also stream."""
        connection = MemorySocket(request, streamed, self.server.server_address)
        try:
            if not self.server.verify_request(connection, request.remote):
                raise ConnectionLost("the server refuses the client")
            self._handle(connection, request)
        except ConnectionLost:
            raise
        except Exception:
            self.server.handle_error(connection, request.remote)
        except BaseException as error:
            self.member.mark_shared(f"the process by {type(error).__name__} in a handler")
        response = connection.finish()
        if len(self._bounded) < KNOWN_ROUTES or connection.declared is None:
            self._bounded[(request.method, request.target.partition("?")[0])] = (
                connection.declared is not None and connection.declared <= IN_THREAD_BYTES)
        return response


    def _handle(self, connection, request):
        handler_class = self.handler_class
        if type(self.server).finish_request is not socketserver.BaseServer.finish_request:
            # The server makes its handlers in a way of its own (python -m http.server gives them a directory).
            connection.write_request_head()
            self.server.finish_request(connection, request.remote)
            return
        handler = handler_class.__new__(handler_class)
        if self.speaks_http and handler_class.parse_request is BaseHTTPRequestHandler.parse_request:
            handler.parse_request = lambda: _adopt_request(handler, request)
        else:
            connection.write_request_head()
        handler.__init__(connection, request.remote, self.server)


def _adopt_request(handler, request):
    """BaseHTTPRequestHandler.parse_request for a request that was parsed before."""
    handler.command = request.method
    handler.path = "/" + request.target.lstrip("/") if request.target.startswith("//") else request.target
    handler.request_version = "HTTP/1.1"
    handler.requestline = f"{request.method} {request.target} HTTP/1.1"
    message = HTTPMessage()
    message._headers = list(request.headers)
    handler.headers = message
    handler.close_connection = True
    return True


class MemorySocket:
    """The server's side of a connection: what is read is the request, what is written becomes the response."""

    def __init__(self, request, streamed, address):
        self._request = request
        self._streamed = streamed
        self._address = address
        self._head = b""
        self._prefix = b"%s %s HTTP/1.1\r\n" % (request.method.encode("latin-1"), request.target.encode("latin-1"))
        self._written = []
        self._size = 0
        self._response = None
        self._pipe = None
        self._chunked = None
        self.declared = None

    def write_request_head(self):
        lines = [f"{name}: {value}" for name, value in self._request.headers if name.lower() != "connection"]
        self._prefix += ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def makefile(self, mode="r", buffering=None, **_):
        if "w" in mode:
            return io.BufferedWriter(_Writer(self), buffering if buffering and buffering > 1 else 8192)
        body = self._request.body
        if type(body) is bytes:
            return io.BufferedReader(io.BytesIO(self._prefix + body))
        return io.BufferedReader(_Reader(self._prefix, body))

    def recv(self, size, flags=0):
        if not hasattr(self, "_reader"):
            self._reader = self.makefile("rb")
        return self._reader.read1(size)

    def sendall(self, data, flags=0):
        data = bytes(data)
        if self._response is not None:
            self._body(data)
            return
        self._written.append(data)
        if b"\r\n\r\n" in data or (len(self._written) > 1 and b"\r\n\r\n" in b"".join(self._written)):
            self._parse_head()

    def send(self, data, flags=0):
        self.sendall(data)
        return len(data)

    def _parse_head(self):
        head, _, rest = b"".join(self._written).partition(b"\r\n\r\n")
        self._written.clear()
        lines = head.decode("latin-1").split("\r\n")
        version, _, status = lines[0].partition(" ")
        if not version.startswith("HTTP/"):
            raise ConnectionLost("the handler did not answer in HTTP")
        code, _, reason = status.partition(" ")
        if code == "100":
            if rest:
                self.sendall(rest)
            return
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            lower = name.lower()
            value = value.strip()
            if lower == "content-length":
                self.declared = int(value)
            elif lower == "transfer-encoding" and value.lower() == "chunked":
                self._chunked = Dechunker()
            if lower not in HOP_BY_HOP:
                headers.append((name, value))
        self._response = Response(int(code), reason, headers, b"")
        if self._streamed is not None and self.declared is None or (self.declared or 0) > IN_THREAD_BYTES:
            self._start_streaming()
        if rest:
            self._body(rest)

    def _start_streaming(self):
        if self._streamed is not None and self._pipe is None and self._request.method != "HEAD":
            self._pipe = Pipe()
            self._response.body = self._pipe
            self._streamed(self._response)

    def _body(self, data):
        if self._chunked is not None:
            data = self._chunked.feed(data)
        if self._request.method == "HEAD" or not data:
            return
        if self._pipe is not None:
            try:
                self._pipe.put(data)
            except ConnectionLost:
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from None
            return
        self._written.append(data)

    def finish(self):
        """The response once the handler has returned; None when it was streamed."""
        response = self._response
        if response is None:
            raise ConnectionLost("the handler closed the connection without an answer")
        incomplete = self._chunked is not None and not self._chunked.ended
        if self._pipe is not None:
            self._pipe.end(ConnectionLost("the answer was cut off") if incomplete else None)
            return None
        response.body = b"".join(self._written)
        if self.declared is not None and len(response.body) > self.declared:
            response.body = response.body[:self.declared]
        return response

    def getsockname(self):
        return self._address

    def getpeername(self):
        return self._request.remote

    def fileno(self):
        return -1

    def settimeout(self, timeout):
        pass

    def gettimeout(self):
        return None

    def setblocking(self, flag):
        pass

    def setsockopt(self, *arguments):
        pass

    def shutdown(self, how):
        pass

    def close(self):
        pass


class _Reader(io.RawIOBase):
    def __init__(self, prefix, body):
        self._prefix = prefix
        self._body = body

    def readable(self):
        return True

    def readinto(self, buffer):
        size = len(buffer)
        if self._prefix:
            chunk, self._prefix = self._prefix[:size], self._prefix[size:]
        else:
            try:
                chunk = self._body.read(size)
            except BodyCut:
                chunk = b""
        buffer[:len(chunk)] = chunk
        return len(chunk)


class _Writer(io.RawIOBase):
    def __init__(self, connection):
        self._connection = connection

    def writable(self):
        return True

    def write(self, data):
        self._connection.sendall(data)
        return len(data)
