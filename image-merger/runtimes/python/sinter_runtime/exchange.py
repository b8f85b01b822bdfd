"""A request and a response on their way between two members, or between the front and a member."""


class Request:
    """target is the raw request target; headers are (name, value) pairs in order, as sent; body is bytes, or an object
    whose read(n) blocks and returns b"" at the end."""

    __slots__ = ("method", "target", "headers", "body", "remote")

    def __init__(self, method, target, headers, body=b"", remote=("127.0.0.1", 0)):
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.remote = remote


class Response:
    """headers are end-to-end only; body is bytes (then complete), or an iterator of bytes with close()."""

    __slots__ = ("status", "reason", "headers", "body")

    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body


HOP_BY_HOP = frozenset((
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "trailers",
    "transfer-encoding", "upgrade", "proxy-connection"))


def find(headers, lower_name):
    """The first value of a header, or None."""
    for name, value in headers:
        if len(name) == len(lower_name) and name.lower() == lower_name:
            return value
    return None


def has_no_body(method, status):
    return method == "HEAD" or status in (204, 304) or 100 <= status < 200
