"""What stands where an http.client connection's socket would be."""

import io
import socket
import threading

from ..errors import ConnectionLost, LocalTimeout, Spill
from ..wire import Dechunker
from .upload import Upload

# Any descriptor that never becomes readable: connection pools poll it to see whether a connection was dropped.
_quiet = socket.socketpair()

_foretold = threading.local()


def foretell(outcome):
    """(target, answer, error) of the next request of this thread: it was made already, by a shorter way."""
    _foretold.outcome = outcome


def is_foretold():
    return getattr(_foretold, "outcome", None) is not None


class LocalSocket:
    """Stands where a connection's socket would: gathers one request at a time, exchanges it when the response is asked."""

    def __init__(self, host, port):
        self.timeout = None
        self.stream = None
        self._peer = (host, port)
        self._pending = False

    def begin(self, dispatcher, callee, host, request, chunked, raw_head):
        self._raw_head = raw_head
        # Whoever sends chunks through send() frames them; http.client's own encoding is taken off in append_body.
        self._dechunker = Dechunker() if chunked else None
        self._framed = chunked
        self._upload = Upload(dispatcher, callee, host, request, self.timeout)
        self._pending = True

    def append_body(self, body, encode_chunked, connection):
        if encode_chunked:
            self._dechunker = None
        if hasattr(body, "read"):
            encode = connection._is_textIO(body)
            while True:
                block = body.read(connection.blocksize)
                if not block:
                    break
                self.sendall(block.encode("iso-8859-1") if encode else block)
            return
        try:
            memoryview(body)
        except TypeError:
            try:
                chunks = iter(body)
            except TypeError:
                raise TypeError("message_body should be a bytes-like object or an iterable, got %r" % type(body)) from None
            for chunk in chunks:
                if chunk:
                    self.sendall(chunk)
        else:
            self.sendall(body)

    def sendall(self, data, flags=0):
        data = bytes(data)
        self._upload.add(self._dechunker.feed(data) if self._dechunker is not None else data)

    def send(self, data, flags=0):
        self.sendall(data)
        return len(data)

    def exchange(self):
        self._pending = False
        # Libraries set the read timeout after the request was sent.
        self._upload.timeout = self.timeout
        answer = self._upload.exchange() if not is_foretold() else self._foretold()
        if type(answer.body) is not bytes and hasattr(answer.body, "timeout"):
            answer.body.timeout = self.timeout
        return answer

    def _foretold(self):
        target, answer, error = _foretold.outcome
        if target != self._upload.target:
            return self._upload.exchange()
        _foretold.outcome = None
        if error is not None:
            raise error
        return answer

    def raw_request(self):
        """The request as http.client would have put it on the wire."""
        body = self._upload.body()
        if self._framed:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
        return b"\r\n".join(self._raw_head) + b"\r\n\r\n" + body

    def makefile(self, mode="r", buffering=None, **_):
        return self.stream

    def settimeout(self, timeout):
        self.timeout = timeout

    def gettimeout(self):
        return self.timeout

    def setblocking(self, flag):
        self.timeout = None if flag else 0.0

    def setsockopt(self, *arguments):
        pass

    def getsockopt(self, *arguments):
        return 1

    def getpeername(self):
        return ("127.0.0.1", self._peer[1])

    def getsockname(self):
        return ("127.0.0.1", 0)

    def fileno(self):
        return _quiet[0].fileno()

    def shutdown(self, how):
        pass

    def close(self):
        """A request that was sent but whose answer nobody waits for is still carried out."""
        if self._pending:
            self._pending = False
            try:
                self._upload.abandon()
            except Spill:
                pass

    def __del__(self):
        self.close()


class BodyStream(io.RawIOBase):
    """A body that arrives in pieces, framed as it would be on the wire."""

    def __init__(self, sock, chunks, chunked):
        self._sock = sock
        self._chunks = chunks
        self._chunked = chunked
        self._left = b""
        self._ended = False

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self._left and not self._ended:
            self._left = self._next()
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _next(self):
        try:
            chunk = next(self._chunks, None)
        except LocalTimeout:
            raise socket.timeout("timed out") from None
        except ConnectionLost:
            # The wire would have ended here, without the last chunk or short of the declared length.
            self._ended = True
            return b""
        if chunk is None:
            self._ended = True
            return b"0\r\n\r\n" if self._chunked else b""
        return b"%x\r\n%b\r\n" % (len(chunk), chunk) if self._chunked else chunk

    def close(self):
        if not self.closed:
            close = getattr(self._chunks, "close", None)
            if close is not None:
                close()
        super().close()


class Prefixed(io.RawIOBase):
    def __init__(self, prefix, rest):
        self._prefix = prefix
        self._rest = rest

    def readable(self):
        return True

    def readinto(self, buffer):
        if self._prefix:
            size = min(len(buffer), len(self._prefix))
            buffer[:size] = self._prefix[:size]
            self._prefix = self._prefix[size:]
            return size
        return self._rest.readinto(buffer)

    def close(self):
        self._rest.close()
        super().close()
