"""One connection to the front. Ordinary requests go the short way; whatever is out of the ordinary (malformed, oversized,
upgrades, HTTP/1.0) is handed with its connection to the member's own server, so that the answer is that server's own."""

import json
import select
import socket
import struct
import time

from .. import binding
from ..errors import ConnectionLost, Spill
from ..exchange import Request, has_no_body
from ..frames import closed_by_peer
from ..member import READY
from . import http2
from .bodies import ChunkedReader, LengthReader, whole_chunks
from .parsing import Odd, ending, framed_size, parse, route_of
from .splice import splice

ROUTING_HEAD_BYTES = 65536
IDLE_SECONDS = 3600
HEAD_SECONDS = 60
IO_SECONDS = 300
BODY_PATIENCE_SECONDS = 0.05


class Connection:
    def __init__(self, front, sock, remote):
        self._front = front
        self._sock = sock
        host, port = remote
        self._remote = (host[7:] if host.startswith("::ffff:") else host, port)
        self._buffer = b""
        self.idle = True
        # Until then it is left alone although it is idle.
        self.patient_until = 0.0
        self._seen_idle = False

    def end_if_idle(self):
        """While draining: shuts the connection when two looks find neither a request nor the beginning of one."""
        seen, self._seen_idle = self._seen_idle, self.idle
        if not self.idle or time.monotonic() < self.patient_until:
            return
        try:
            if seen and not has_something(self._sock):
                self._sock.shutdown(socket.SHUT_RDWR)
        except (OSError, ValueError):
            pass

    def serve(self):
        # An ordinary request is read and answered by two system calls, whose time the kernel bounds: with Python's own
        # timeouts it is six, and each gives the interpreter away, which is a wait for it where other threads are busy.
        self._limit(IDLE_SECONDS, IO_SECONDS)
        front = self._front
        while True:
            head = self._head()
            if head is None:
                return
            front.requests += 1
            if not self._one(head):
                return
            self.idle = not self._buffer

    def _limit(self, receive_seconds, send_seconds):
        """How long a blocking call may take; 0 is for ever."""
        for option, seconds in ((socket.SO_RCVTIMEO, receive_seconds), (socket.SO_SNDTIMEO, send_seconds)):
            self._sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))

    def _head(self):
        """The next request's head with its blank line, b"" when it is too long to be one, None at the end."""
        sock = self._sock
        buffer = self._buffer
        if not buffer:
            try:
                buffer = sock.recv(65536)
            except BlockingIOError:
                # The kernel's way to say that the time is up.
                return None
            self.idle = False
        start = 0
        whole_at_once = True
        while True:
            if not buffer:
                return None
            end = buffer.find(b"\r\n\r\n", start)
            if end >= 0:
                if not whole_at_once:
                    sock.settimeout(None)
                self._buffer = buffer[end + 4:]
                return buffer[:end + 4]
            if len(buffer) > ROUTING_HEAD_BYTES or b"\n\n" in buffer or b"\n\r\n" in buffer:
                break
            start = max(0, len(buffer) - 3)
            whole_at_once = False
            sock.settimeout(HEAD_SECONDS)
            try:
                more = sock.recv(65536)
            except socket.timeout:
                return None
            if not more:
                break
            buffer += more
        sock.settimeout(None)
        self._buffer = b""
        return buffer

    def _one(self, head):
        """Serves one request; whether the connection goes on."""
        front = self._front
        try:
            method, target, headers, function, host, length, chunked, expects, keep = parse(head)
        except Odd:
            return self._hand_over(head)
        member = front.member_of(function, host)
        if member is None:
            return self._misdirected(function or host)
        if member.state != READY and front.elsewhere is None:
            return self._absent(member)
        if expects:
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        reader = whole = None
        if chunked and not expects:
            try:
                whole = whole_chunks(self._buffer)
            except Odd:
                return self._hand_over(head)
        if whole is not None:
            body, self._buffer = whole
        elif chunked or length > 65536:
            reader = body = ChunkedReader(self) if chunked else LengthReader(self, length)
        else:
            body = self._exactly(length) if length else b""
            if body is None:
                # The client ended in the middle of the body: its own server knows whether that matters.
                return self._hand_over(head)
            if type(body) is not bytes:
                reader = body
        if reader is not None:
            self._sock.settimeout(IO_SECONDS)
        request = Request(method, target, headers, body, self._remote)
        try:
            response = front.answer(member, request, self._gone)
        except ConnectionLost:
            return False
        except Spill as spill:
            if spill.cause != "busy":
                return self._absent(member)
            return self._refuse(503, "Service Unavailable", "SNT0243", f"member {member.name} is saturated",
                                "a free worker", "Maybe its rate is too high for one instance.")
        keep = self._answer(method, response, keep and not front.draining)
        if reader is not None and keep:
            keep = reader.skip()
            self._sock.settimeout(None)
        return keep

    def _route_of_http2(self):
        self._sock.settimeout(HEAD_SECONDS)
        try:
            while True:
                route = http2.route_of(self._buffer)
                more = b"" if route else self._sock.recv(65536)
                if not more:
                    return route or (None, None)
                self._buffer += more
        except (Odd, socket.timeout):
            return None, None

    def _gone(self):
        """Whether the client has closed its connection while its request is being served."""
        if self._buffer:
            return False
        return closed_by_peer(self._sock)

    def _exactly(self, length):
        """length bytes; None when the stream ends before (what came is in the buffer); a reader where they take their time,
        as an application may answer without them."""
        parts = [self._buffer[:length]]
        missing = length - len(parts[0])
        self._buffer = self._buffer[length:]
        if not missing:
            return parts[0]
        self._sock.settimeout(BODY_PATIENCE_SECONDS)
        try:
            while missing:
                part = self._sock.recv(min(missing, 65536))
                if not part:
                    self._buffer = b"".join(parts)
                    return None
                parts.append(part)
                missing -= len(part)
        except socket.timeout:
            self._buffer = b"".join(parts)
            return LengthReader(self, length)
        finally:
            self._sock.settimeout(None)
        return b"".join(parts)

    def receive(self, size):
        """Some bytes of the stream, at most size; b"" at its end."""
        if self._buffer:
            part, self._buffer = self._buffer[:size], self._buffer[size:]
            return part
        return self._sock.recv(min(size, 65536))

    def line(self):
        while True:
            end = self._buffer.find(b"\r\n")
            if end >= 0:
                line, self._buffer = self._buffer[:end], self._buffer[end + 2:]
                return line
            if len(self._buffer) > 8192:
                raise ConnectionLost("a line is too long")
            more = self._sock.recv(65536)
            if not more:
                raise ConnectionLost("the body ended early")
            self._buffer += more

    def _answer(self, method, response, keep):
        status = response.status
        head = [f"HTTP/1.1 {status} {response.reason}"]
        length = None
        for name, value in response.headers:
            head.append(f"{name}: {value}")
            if len(name) == 14 and name.lower() == "content-length":
                length = int(value)
        body = response.body
        bodiless = has_no_body(method, status)
        complete = type(body) is bytes
        chunked = False
        if not bodiless and length is None:
            if complete:
                head.append(f"Content-Length: {len(body)}")
                length = len(body)
            else:
                chunked = True
                head.append("Transfer-Encoding: chunked")
        if not keep:
            head.append("Connection: close")
        head.append("\r\n")
        raw = "\r\n".join(head).encode("latin-1", "replace")
        if complete:
            if bodiless:
                body = b""
            self._sock.sendall(raw + body if len(body) < 65536 else raw)
            if len(body) >= 65536:
                self._sock.sendall(body)
            return keep and (bodiless or len(body) == length)
        return self._stream(raw, body, chunked, bodiless, length) and keep

    def _stream(self, raw, body, chunked, bodiless, length):
        sent = 0
        try:
            self._sock.sendall(raw)
            if not bodiless:
                for chunk in body:
                    if length is not None:
                        chunk = chunk[:length - sent]
                        sent += len(chunk)
                    if chunk:
                        self._sock.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
                if chunked:
                    self._sock.sendall(b"0\r\n\r\n")
        finally:
            body.close()
        return length is None or bodiless or sent == length

    def _misdirected(self, name):
        return self._refuse(421, "Misdirected Request", "SNT0241", f"host {name!r}", f"one of {self._front.names()}",
                            "Maybe the Host header or x-sinter-function is wrong.")

    def _refuse(self, status, reason, code, found, expected, hint):
        body = json.dumps({"code": code, "found": found, "expected": expected, "hint": hint}).encode()
        self._sock.sendall(
            f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n".encode("latin-1", "replace") + body)
        return False

    def _absent(self, member):
        found = f"member {member.name} is {member.state}"
        if self._front.elsewhere is not None:
            found += ", and its remote copy cannot be reached"
        return self._refuse(503, "Service Unavailable", "SNT0242", found, "READY", member.reason or "It is starting.")

    def _own_server(self, member):
        try:
            return binding.connect(member)
        except OSError:
            if self._front.elsewhere is None:
                raise
            return self._front.elsewhere.connect(None)

    def _hand_over(self, head):
        """Gives the connection to the member's own server for this one request."""
        function, host, cleaned = route_of(head)
        if head == http2.PREFACE_HEAD:
            function, host = self._route_of_http2()
        member = self._front.member_of(function, host)
        if member is None:
            return self._misdirected(function or host)
        try:
            other = self._own_server(member)
        except OSError:
            return self._absent(member)
        self._sock.settimeout(None)
        # From here on it is the server's to say how long somebody may be silent.
        self._limit(0, 0)
        try:
            size = framed_size(cleaned)
            body = self._buffer if size is None else self._buffer[:size]
            other.sendall(ending(cleaned) + body)
            splice(self._sock, other, None if size is None else size - len(body))
        finally:
            other.close()
        return False


def has_something(sock, seconds=0):
    """Whether there is something to receive, or to accept, or comes within that time."""
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(seconds * 1000))
