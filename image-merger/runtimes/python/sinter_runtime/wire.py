"""HTTP/1.1 as bytes, for servers and clients whose connection exists only in memory."""

from .errors import ConnectionLost
from .exchange import HOP_BY_HOP, Response, has_no_body

MAX_ANSWER_HEAD_BYTES = 256 * 1024


def request_head(request):
    """(head, whether the body goes in chunks) of a request on its way to a server's own parser."""
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    framed = chunked = False
    for name, value in request.headers:
        lower = name.lower()
        if lower == "transfer-encoding":
            framed = chunked = True
        elif lower == "content-length":
            framed = True
        lines.append(f"{name}: {value}")
    if request.body and not framed:
        chunked = True
        lines.append("Transfer-Encoding: chunked")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), chunked


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


class ResponseReader:
    """Reads one response out of the bytes a server writes. feed() returns the body bytes among them."""

    __slots__ = ("response", "ended", "keeps", "_method", "_head", "_left", "_chunks")

    def __init__(self, method):
        self.response = None
        self.ended = False
        self.keeps = True
        self._method = method
        self._head = b""
        self._left = None
        self._chunks = None

    def feed(self, data):
        if self.response is None:
            self._head = data = self._head + data if self._head else data
            while self.response is None:
                head, end, data = data.partition(b"\r\n\r\n")
                if not end:
                    if len(head) > MAX_ANSWER_HEAD_BYTES:
                        raise ConnectionLost("the head of the answer has no end")
                    return b""
                self._begin(head)
                self._head = data
            self._head = b""
        if self.ended or not data:
            return b""
        if self._left is not None:
            data = data[:self._left]
            self._left -= len(data)
            self.ended = not self._left
        elif self._chunks is not None:
            data = self._chunks.feed(data)
            self.ended = self._chunks.ended
        return data

    def _begin(self, head):
        lines = head.decode("latin-1").split("\r\n")
        version, _, status = lines[0].partition(" ")
        code, _, reason = status.partition(" ")
        if not version.startswith("HTTP/1.") or not code.isdigit():
            raise ConnectionLost("the server did not answer in HTTP")
        code = int(code)
        if 100 <= code < 200:
            return
        headers = []
        self.keeps = version == "HTTP/1.1"
        for line in lines[1:]:
            name, _, value = line.partition(":")
            value = value.strip()
            lower = name.lower()
            if lower == "content-length":
                self._left = int(value)
            elif lower == "transfer-encoding":
                self._chunks = Dechunker() if value.lower() == "chunked" else None
            elif lower == "connection" and value.lower() == "close":
                self.keeps = False
            if lower not in HOP_BY_HOP:
                headers.append((name, value))
        self.response = Response(code, reason, headers, b"")
        if has_no_body(self._method, code) or (self._left == 0 and self._chunks is None):
            self.ended = True
        elif self._chunks is not None:
            # Where a server says both, the length is that of the chunks' frames too, or a lie.
            self._left = None
            headers[:] = [pair for pair in headers if pair[0].lower() != "content-length"]
        elif self._left is None:
            self.keeps = False

    def close(self):
        """The server closed its connection; whether the answer is whole."""
        if self.response is not None and self._left is None and self._chunks is None:
            self.ended = True
        self.keeps = False
        return self.ended


class Dechunker:
    """Takes chunked framing off a body that arrives in pieces."""

    def __init__(self):
        self._pending = b""
        self._left = 0
        self.ended = False

    def feed(self, data):
        data = self._pending + data
        out = []
        while data and not self.ended:
            if self._left:
                piece = data[:self._left]
                data = data[len(piece):]
                self._left -= len(piece)
                # The last two bytes of a chunk are its line end.
                out.append(piece[:max(0, len(piece) - max(0, 2 - self._left))])
                continue
            line, end, rest = data.partition(b"\r\n")
            if not end:
                break
            size = int(line.split(b";")[0] or b"0", 16)
            data = rest
            if size == 0:
                self.ended = True
            else:
                self._left = size + 2
        self._pending = b"" if self._left else data
        return b"".join(out)
