"""The one port of the fused workload: HTTP/1.1 with keep-alive, members chosen by x-sinter-function or Host.

Ordinary requests go the short way. Whatever is out of the ordinary (malformed, oversized, upgrades, HTTP/1.0) is handed
with its connection to the member's own server, so that the answer is that server's own."""

import json
import re
import socket
import threading
from _thread import start_new_thread

from . import binding
from .frames import closed_by_peer
from .errors import ConnectionLost, RuntimeFailure, Spill
from .exchange import Request, has_no_body
from .member import READY

MAX_CONNECTIONS = 1024
SHORT_HEAD_BYTES = 4000
SHORT_HEADERS = 80
ROUTING_HEAD_BYTES = 65536
METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
IDLE_SECONDS = 3600
HEAD_SECONDS = 60
IO_SECONDS = 300

_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z").match
_names = {}


class Front:
    """Accepts on its own threads; one thread per connection, MAX_CONNECTIONS at most (then accepting waits)."""

    def __init__(self, dispatcher, members, port, host=""):
        self._dispatcher = dispatcher
        self._members = {member.name.lower(): member for member in members}
        self._only = members[0] if len(members) == 1 else None
        self._room = threading.Semaphore(MAX_CONNECTIONS)
        self._open = set()
        self._lock = threading.Lock()
        self.draining = False
        self.busy = 0
        self.requests = 0
        self._listener = _listener(host, port)
        self.port = self._listener.getsockname()[1]

    def start(self):
        threading.Thread(target=self._accept, name="sinter-front", daemon=True).start()

    def _accept(self):
        while not self.draining:
            self._room.acquire()
            try:
                sock, remote = self._listener.accept()
            except OSError:
                self._room.release()
                if self.draining:
                    return
                continue
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                start_new_thread(self._serve, (sock, remote[:2]))
            except (OSError, RuntimeError):
                sock.close()
                self._room.release()

    def _serve(self, sock, remote):
        connection = _Connection(self, sock, remote)
        with self._lock:
            self._open.add(connection)
        try:
            connection.serve()
        except (OSError, ConnectionLost):
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            sock.close()
            self._room.release()

    def drain(self, seconds):
        """Stops accepting, lets running requests end within the time, closes idle connections at once."""
        import time

        self.draining = True
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                connections = list(self._open)
            for connection in connections:
                if connection.idle:
                    connection.shut()
            if not any(not connection.idle for connection in connections):
                return
            time.sleep(0.02)

    def member_of(self, function, host):
        if self._only is not None:
            return self._only
        if function is None:
            function = host or ""
            if function[:1] != "[":
                function = function.partition(":")[0]
        return self._members.get(function.lower().rstrip("."))

    @property
    def dispatcher(self):
        return self._dispatcher

    def names(self):
        return sorted(self._members)


def _listener(host, port):
    if not host and socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=1024, dualstack_ipv6=True)
        except OSError:
            pass
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise RuntimeFailure("SNT0246", f"port {port}: {error.strerror or error}", "a free port",
                             "Maybe PORT or SINTER_ADMIN_PORT should name another.") from None


class _Odd(Exception):
    """Not for the short way."""


class _Connection:
    def __init__(self, front, sock, remote):
        self._front = front
        self._sock = sock
        host, port = remote
        self._remote = (host[7:] if host.startswith("::ffff:") else host, port)
        self._buffer = b""
        self.idle = True

    def shut(self):
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def serve(self):
        front = self._front
        while not front.draining:
            head = self._head()
            if head is None:
                return
            self.idle = False
            front.requests += 1
            if not self._one(head):
                return
            self.idle = not self._buffer

    def _head(self):
        """The next request's head with its blank line, b"" when it is too long to be one, None at the end."""
        sock = self._sock
        buffer = self._buffer
        if not buffer:
            sock.settimeout(IDLE_SECONDS)
            try:
                buffer = sock.recv(65536)
            except socket.timeout:
                return None
        start = 0
        while True:
            if not buffer:
                return None
            end = buffer.find(b"\r\n\r\n", start)
            if end >= 0:
                sock.settimeout(IO_SECONDS)
                self._buffer = buffer[end + 4:]
                return buffer[:end + 4]
            if len(buffer) > ROUTING_HEAD_BYTES or b"\n\n" in buffer or b"\n\r\n" in buffer:
                break
            start = max(0, len(buffer) - 3)
            sock.settimeout(HEAD_SECONDS)
            try:
                more = sock.recv(65536)
            except socket.timeout:
                return None
            if not more:
                break
            buffer += more
        sock.settimeout(IO_SECONDS)
        self._buffer = b""
        return buffer

    def _one(self, head):
        """Serves one request; whether the connection goes on."""
        front = self._front
        try:
            method, target, headers, function, host, length, chunked, expects, keep = _parse(head)
        except _Odd:
            return self._hand_over(head)
        member = front.member_of(function, host)
        if member is None:
            return self._misdirected(function or host)
        if member.state != READY:
            return self._refuse(503, "Service Unavailable", "SNT0242", f"member {member.name} is {member.state}",
                                "READY", member.reason or "It is starting.")
        if expects:
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        reader = None
        if chunked or length > 65536:
            reader = body = _ChunkedReader(self) if chunked else _LengthReader(self, length)
        else:
            body = self._exactly(length) if length else b""
            if body is None:
                # The client ended in the middle of the body: its own server knows whether that matters.
                return self._hand_over(head)
        request = Request(method, target, headers, body, self._remote)
        try:
            response = front.dispatcher.inbound(member, request, self._gone)
        except ConnectionLost:
            return False
        except Spill:
            return self._refuse(503, "Service Unavailable", "SNT0243", f"member {member.name} is saturated",
                                "a free worker", "Maybe its rate is too high for one instance.")
        keep = self._answer(method, response, keep and not front.draining)
        if reader is not None and keep:
            keep = reader.skip()
        return keep

    def _gone(self):
        """Whether the client has closed its connection while its request is being served."""
        if self._buffer:
            return False
        return closed_by_peer(self._sock)

    def _exactly(self, length):
        """length bytes; None when the stream ends before (what came is in the buffer)."""
        parts = [self._buffer[:length]]
        missing = length - len(parts[0])
        self._buffer = self._buffer[length:]
        while missing:
            part = self._sock.recv(min(missing, 65536))
            if not part:
                self._buffer = b"".join(parts)
                return None
            parts.append(part)
            missing -= len(part)
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

    def _hand_over(self, head):
        """Gives the connection, from this request on, to the member's own server."""
        function, host, cleaned = _route_of(head)
        member = self._front.member_of(function, host)
        if member is None:
            return self._misdirected(function or host)
        try:
            other = binding.connect(member)
        except OSError:
            return self._refuse(503, "Service Unavailable", "SNT0242", f"member {member.name} is {member.state}", "READY",
                                member.reason or "It is starting.")
        self._sock.settimeout(None)
        try:
            other.sendall(cleaned + self._buffer)
            _splice(self._sock, other)
        finally:
            other.close()
        return False


def _parse(head):
    """Fields of an ordinary request; _Odd for all others."""
    if len(head) > SHORT_HEAD_BYTES or not head.endswith(b"\r\n\r\n"):
        raise _Odd
    lines = head[:-4].decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] != "HTTP/1.1" or parts[0] not in METHODS or parts[1][:1] != "/" or len(lines) > SHORT_HEADERS:
        raise _Odd
    target = parts[1]
    if not target.isascii() or not target.isprintable() or "#" in target or target[:2] == "//":
        raise _Odd
    headers = []
    function = host = None
    length = None
    chunked = expects = False
    keep = True
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        lower = _names.get(name)
        if lower is None:
            if not colon or not _token(name):
                raise _Odd
            lower = name.lower()
            if len(_names) < 4096:
                _names[name] = lower
        value = value.strip(" \t")
        if not value.isprintable():
            raise _Odd
        if lower in _HANDLED:
            if lower == "host":
                if host is not None:
                    raise _Odd
                host = value
            elif lower == "content-length":
                if length is not None or not (value.isascii() and value.isdigit()):
                    raise _Odd
                length = int(value)
            elif lower == "transfer-encoding":
                if value.lower() != "chunked" or chunked:
                    raise _Odd
                chunked = True
            elif lower == "connection":
                wanted = value.lower()
                if wanted == "close":
                    keep = False
                elif wanted != "keep-alive":
                    raise _Odd
                continue
            elif lower == "expect":
                if value.lower() != "100-continue":
                    raise _Odd
                expects = True
            elif lower == "x-sinter-function":
                function = value
                continue
            else:
                raise _Odd
        headers.append((name, value))
    if host is None or (length is not None and chunked):
        raise _Odd
    return parts[0], target, headers, function, host, length or 0, chunked, expects, keep


_HANDLED = frozenset(("host", "content-length", "transfer-encoding", "connection", "expect", "x-sinter-function", "upgrade",
                      "http2-settings"))


def _route_of(head):
    """(function, host, head without x-sinter-function) of bytes that need not be HTTP."""
    function = host = None
    lines = head.split(b"\n")
    kept = []
    for line in lines:
        name, _, value = line.partition(b":")
        lower = name.lower()
        if lower == b"x-sinter-function":
            function = value.strip().decode("latin-1")
            continue
        if lower == b"host" and host is None:
            host = value.strip().decode("latin-1")
        kept.append(line)
    return function, host, b"\n".join(kept)


def _splice(one, other):
    """Copies both ways until both are done."""
    def forward():
        _copy(one, other)

    thread = threading.Thread(target=forward, name="sinter-splice", daemon=True)
    thread.start()
    _copy(other, one)
    try:
        one.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    thread.join(5)


def _copy(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class _LengthReader:
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


class _ChunkedReader:
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
