"""Tells ordinary requests from all others, and reads those."""

import re

SHORT_HEAD_BYTES = 4000
SHORT_HEADERS = 80
METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))

_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z").match
_names = {}


class Odd(Exception):
    """Not for the short way."""


def parse(head):
    """Fields of an ordinary request; Odd for all others."""
    if len(head) > SHORT_HEAD_BYTES or not head.endswith(b"\r\n\r\n"):
        raise Odd
    lines = head[:-4].decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] != "HTTP/1.1" or parts[0] not in METHODS or parts[1][:1] != "/" or len(lines) > SHORT_HEADERS:
        raise Odd
    target = parts[1]
    if not target.isascii() or not target.isprintable() or "#" in target or target[:2] == "//":
        raise Odd
    headers = []
    function = host = None
    length = None
    chunked = expects = typed = False
    keep = True
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        lower = _names.get(name)
        if lower is None:
            if not colon or not _token(name):
                raise Odd
            lower = name.lower()
            if len(_names) < 4096:
                _names[name] = lower
        value = value.strip(" \t")
        if not value.isprintable():
            raise Odd
        if lower in _HANDLED:
            if lower == "host":
                if host is not None:
                    raise Odd
                host = value
            elif lower == "content-length":
                if length is not None or not (value.isascii() and value.isdigit()):
                    raise Odd
                length = int(value)
            elif lower == "transfer-encoding":
                if value != "chunked" or chunked:
                    raise Odd
                chunked = True
            elif lower == "connection":
                wanted = value.lower()
                if wanted == "close":
                    keep = False
                elif wanted != "keep-alive":
                    raise Odd
                continue
            elif lower == "expect":
                if value.lower() != "100-continue":
                    raise Odd
                expects = True
            elif lower == "x-sinter-function":
                function = value
                continue
            elif lower == "content-type":
                # Servers differ in what they make of a second one.
                if typed:
                    raise Odd
                typed = True
            else:
                raise Odd
        headers.append((name, value))
    if host is None or (length is not None and chunked):
        raise Odd
    return parts[0], target, headers, function, host, length or 0, chunked, expects, keep


_HANDLED = frozenset(("host", "content-length", "transfer-encoding", "connection", "expect", "x-sinter-function", "upgrade",
                      "http2-settings", "content-type"))


def route_of(head):
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


def framed_size(head):
    """The length of the body of a request whose connection will end after it, None where that is not beyond doubt."""
    if not head.endswith(b"\r\n\r\n"):
        return None
    size = None
    for line in head.split(b"\r\n")[1:-2]:
        name, colon, value = line.partition(b":")
        name = name.lower()
        if not colon or not name or name != name.strip() or b"\n" in line or b"\r" in line:
            return None
        if name in (b"transfer-encoding", b"upgrade", b"expect", b"connection"):
            return None
        if name == b"content-length":
            values = {part.strip(b" \t") for part in value.split(b",")}
            value = values.pop()
            if size is not None or values or not (value.isdigit() and len(value) < 19):
                return None
            size = int(value)
    whole = head.partition(b"\r\n")[0].endswith(b" HTTP/1.1") and not head.startswith(b"CONNECT ")
    return (size or 0) if whole else None


def ending(head):
    """The head asking for its connection to end after the answer, as other members' requests may follow on ours. Unchanged
    where it asks for an upgrade, or is no whole HTTP/1 head: those end their connection anyway."""
    first, _, rest = head.partition(b"\r\n")
    if b" HTTP/1." not in first or not head.endswith(b"\r\n\r\n"):
        return head
    lines = rest.split(b"\r\n")
    connection = [line for line in lines if line[:11].lower() == b"connection:"]
    if any(b"upgrade" in line.lower() for line in connection):
        return head
    return b"\r\n".join([first] + [line for line in lines[:-2] if line not in connection] + [b"Connection: close", b"", b""])
