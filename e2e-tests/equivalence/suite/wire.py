"""Carries a case out on a raw socket and takes apart what comes back."""

import select
import socket
import time
from dataclasses import dataclass, field

SILENCE_SECONDS = 2.5
HALF_CLOSE_SECONDS = 0.6
INTERIM_SECONDS = 0.5
GRACE_SECONDS = 0.05
ANSWER_BYTES = 16 << 20


@dataclass
class Answer:
    version: str
    status: str
    reason: str
    headers: list
    body: bytes
    framing: str
    complete: bool

    def is_last(self):
        """Whether the server says that it ends the connection after this answer."""
        connection = [value.lower() for name, value in self.headers if name.lower() == "connection"]
        return "close" in connection or self.framing == "close" or (self.version == "HTTP/1.0" and "keep-alive" not in connection)


@dataclass
class Observation:
    """answers: final ones in order; interim: status codes of 1xx; stray: bytes that are no answer; end: open, closed or silent."""

    answers: list = field(default_factory=list)
    interim: list = field(default_factory=list)
    stray: bytes = b""
    end: str = "open"
    raw: bytes = b""
    journal: list = None


def carry_out(case, address, function=""):
    with socket.create_connection(address, 10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        line = _Line(sock, [request.method for request in case.requests])
        messages = [(request.head(function), request.raw_body(), request.expects) for request in case.requests]
        if case.pipelined:
            messages = [(b"".join(head + body for head, body, _ in messages), b"", False)]
        if case.ending == "abort sending":
            head, body, _ = messages[0]
            line.pump(head + body[:case.after_bytes], lambda: True, SILENCE_SECONDS)
            time.sleep(0.1)
            return Observation(end="aborted")
        if case.ending == "abort reading":
            line.pump(messages[0][0], lambda: len(line.data) >= case.after_bytes, SILENCE_SECONDS)
            return Observation(end="aborted")
        state = "met"
        for number, (head, body, expects) in enumerate(messages):
            wanted = len(case.requests) if case.pipelined else number + 1
            if expects:
                if (state := line.pump(head, line.has_any, INTERIM_SECONDS)) == "closed":
                    break
                head = b""
                if len(line.parse().answers) >= wanted and line.parse().answers[-1].complete:
                    continue
            data = head + body
            for segment in case.segments:
                if len(data) > segment:
                    line.pump(data[:segment], lambda: True, SILENCE_SECONDS)
                    data = data[segment:]
                    time.sleep(0.02)
            answered = lambda: len(line.parse().answers) >= wanted and line.parse().answers[-1].complete
            state = line.pump(data, answered, HALF_CLOSE_SECONDS if case.ending == "half-close" else SILENCE_SECONDS)
            if state == "silent" and case.ending == "half-close":
                line.half_close()
                state = line.pump(b"", answered, SILENCE_SECONDS)
            if state != "met":
                break
            if number + 1 < len(messages) and line.parse().answers[-1].is_last():
                state = "closed"
                break
        if state == "met":
            line.pump(b"", lambda: False, GRACE_SECONDS)
        return line.parse(state)


class _Line:
    """Sends and receives at once, so that neither side waits for the other's buffers."""

    def __init__(self, sock, methods):
        self._sock = sock
        self._methods = methods
        self.data = b""
        self._closed = False
        self._parsed = None

    def pump(self, data, met, silence):
        """Sends data and receives until met(), "closed" or "silent"."""
        sock = self._sock
        view = memoryview(data)
        while True:
            if not view and met():
                return "met"
            if self._closed:
                return "closed"
            readable, writable, _ = select.select([sock], [sock] if view else [], [], silence)
            if not readable and not writable:
                return "silent"
            if readable:
                try:
                    more = sock.recv(1 << 20)
                except BlockingIOError:
                    more = None
                except OSError:
                    more = b""
                if more == b"":
                    self._closed = True
                    self._parsed = None
                    return "met" if met() and not view else "closed"
                if more:
                    self.data += more
                    self._parsed = None
                    if len(self.data) > ANSWER_BYTES:
                        return "silent"
            if writable:
                try:
                    view = view[sock.send(view[:1 << 18]):]
                except BlockingIOError:
                    pass
                except OSError:
                    view = view[:0]

    def half_close(self):
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def has_any(self):
        return bool(self.data)

    def parse(self, state="met"):
        if self._parsed is None:
            self._parsed = parse(self.data, self._methods, self._closed)
        self._parsed.end = {"met": "open", "closed": "closed", "silent": "silent"}[state]
        return self._parsed


def parse(data, methods, closed):
    seen = Observation(raw=data)
    while data:
        if not data.startswith(b"HTTP/") or b"\r\n\r\n" not in data:
            seen.stray = data
            break
        head, _, data = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        status, _, reason = rest.partition(" ")
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        if status[:1] == "1" and status != "101":
            seen.interim.append(status)
            continue
        method = methods[len(seen.answers)] if len(seen.answers) < len(methods) else ""
        framing, body, data, complete = _body(method, status, headers, data, closed)
        seen.answers.append(Answer(version, status, reason, headers, body, framing, complete))
    return seen


def _body(method, status, headers, data, closed):
    """(framing, body, what follows, whether the body is whole)"""
    values = {name.lower(): value for name, value in headers}
    if method == "HEAD" and data and not data.startswith(b"HTTP/"):
        # A body that must not be there.
        framing, _, rest, _ = _body("", status, headers, data, closed)
        return "none, but " + framing, b"", rest, True
    if method == "HEAD" or status in ("204", "304"):
        return "none", b"", data, True
    if "chunked" in values.get("transfer-encoding", "").lower():
        body = b""
        while True:
            size, end, rest = data.partition(b"\r\n")
            try:
                length = int(size.split(b";")[0], 16)
            except ValueError:
                return "chunked", body, b"", False
            if not length:
                trailer, found, rest = rest.partition(b"\r\n")
                return "chunked", body, rest, bool(found) and not trailer
            if len(rest) < length + 2:
                return "chunked", body + rest[:length], b"", False
            body += rest[:length]
            data = rest[length + 2:]
    if values.get("content-length", "").isdigit():
        length = int(values["content-length"])
        return "length", data[:length], data[length:], len(data) >= length
    return "close", data, b"", closed


def get(address, host, target):
    """The body of a plain GET; b"" when there is none."""
    return _simply(address, f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), 5)


def post(address, host, target, body, seconds):
    """The body of the answer to a plain POST."""
    return _simply(address, f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body, seconds)


def _simply(address, request, seconds):
    try:
        with socket.create_connection(address, 10) as sock:
            sock.setblocking(False)
            line = _Line(sock, ["GET"])
            line.pump(request, lambda: any(answer.complete for answer in line.parse().answers), seconds)
            answers = line.parse().answers
            return answers[0].body if answers else b""
    except OSError:
        return b""
