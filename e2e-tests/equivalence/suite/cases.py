"""What a client does on one connection. A case follows from (seed, fixture, number) alone."""

import random
from dataclasses import dataclass, field, replace

METHODS = ("GET",) * 8 + ("POST",) * 6 + ("PUT", "DELETE", "PATCH", "HEAD", "HEAD", "OPTIONS")
RARE_METHODS = ("TRACE", "CONNECT", "PROPFIND", "get", "BREW", "M-SEARCH", "X" * 40, "")
PATH_PARTS = ("a", "%41", "%2F", "%2f", "%20", "+", "b.c", "~", ";p=1", "%e2%82%ac", "%FF", "%", "%zz", "..", ".", "", "@:,!$&'()*",
              "%00", "%25", "%3F", "x" * 200, "-_", "%C3%A9", "\\", "|", "[x]", "{y}", "^`", "\"", "<>")
QUERIES = ("", "?", "?a=1", "?a=%26&b=+", "?x[]=1", "?a=1&a=2", "?%F0%9F%98%80", "?=", "?a=b?c", "?a=%", "?&&", "?a;b", "?a=1#f", "?\"<>",
           "?q=" + "y" * 500, "?a=%00", "?a=é")
NAMES = ("X-Plain", "x-lower", "X-UPPER-CASE", "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "User-Agent", "Content-Type",
         "X-Under_score", "Authorization", "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Host", "Range", "Origin",
         "Referer", "Forwarded", "Via", "Date", "From", "Pragma", "Cache-Control", "X-Empty", "DNT", "X-1", "Content-Language",
         "Content-Encoding", "Content-Disposition", "Access-Control-Request-Method", "X.Dot", "X!#$%&'*+^`|~", "Proxy", "Script-Name",
         "Remote-User", "Path-Info", "Server-Name", "Max-Forwards", "If-Match", "X-Forwarded-Port", "X-Request-Start", "X-Real-Ip")
HOP_NAMES = ("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Proxy-Authorization", "HTTP2-Settings",
             "Proxy-Authenticate")
VALUES = ("", "1", "text/plain", "application/json", "*/*", "gzip, br", "a=b; c=d", "\"quoted\"", "Basic dTpw", "Bearer x.y.z", "bytes=0-4",
          "W/\"etag\"", "Thu, 01 Jan 1970 00:00:00 GMT", "identity", "é", "\xff\xfe", "a,b", ",", "a\tb", "  padded", "x" * 300,
          "multipart/form-data; boundary=xx", "application/x-www-form-urlencoded", "http://other.example/", "for=1.2.3.4;proto=https",
          "1.2.3.4", "0", "null", "%00", "{}", "()<>@", "no-cache", "text/html;q=0.8,*/*;q=0.1")
ODD_VALUES = ("a\x00b", "a\x01b", "\x7f", "a\rb", "a\n folded", "a\r\n folded", "\x0b", "\x85", "\xa0x\xa0", "padded \t ")
HOP_VALUES = ("close", "keep-alive", "Close", "upgrade", "h2c", "websocket", "trailers", "timeout=5", "X-Plain", "close, X-Plain", "")
ODD_LENGTHS = ("abc", "-1", "+5", "1_0", "0x5", "5, 5", "5 5", " ", "99999999999999999999", "٥", "5;", "\"5\"")
ODD_CODINGS = ("gzip", "gzip, chunked", "chunked, chunked", "identity", "chunked, identity", "Chunked", "CHUNKED ", "xchunked", "\x0bchunked",
               "chunked;q=1")
VERSIONS = ("HTTP/1.0", "HTTP/1.0", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/9.9", "http/1.1", "HTTP/1.10", "HTTP/1", "HTTP1.1",
            "", "HTTPS/1.1", "HTTP/01.1")
CHUNK_NOISE = (";ext=1", ";ext=\"a b\"", " ", ";", "; a", "\t")
ODD_SIZES = ("0x5", "+5", "-5", "", "5g", "5_0", "00005", "FFFFFFFFFFFFFFFFF", " 5")
# The adapter sends all that the application does.
BODY_AFTER_HEAD = ("k-aiohttp",)
UNFRAMED = ("/short", "/excess", "/lines", "/fail_connection")
MUTANTS = "\x00\t \r\n:;aZ09\x7f\xff/%,\"\\"


@dataclass(frozen=True)
class Request:
    """One request; text is Latin-1. framing: none, length, chunked or a wrong one (see raw_body)."""

    method: str
    target: str
    headers: tuple = ()
    version: str = "HTTP/1.1"
    host: str = ""
    body: bytes = b""
    framing: str = "none"
    odd: str = ""
    cuts: tuple = ()
    noise: str = ""
    trailers: tuple = ()
    expects: bool = False
    mutations: tuple = ()
    line_end: str = "\r\n"

    def framing_headers(self):
        length = ("Content-Length", str(len(self.body)))
        return {"none": (), "length": (length,), "chunked": (("Transfer-Encoding", "chunked"),),
                "both": (length, ("Transfer-Encoding", "chunked")), "twice": (length, length),
                "different": (length, ("Content-Length", str(len(self.body) + 1))),
                "short": (("Content-Length", str(len(self.body) + 3)),), "odd length": (("Content-Length", self.odd),),
                "odd coding": (("Transfer-Encoding", self.odd),), "odd chunk": (("Transfer-Encoding", "chunked"),),
                "cut chunk": (("Transfer-Encoding", "chunked"),)}[self.framing]

    def head(self, function=""):
        lines = [" ".join(part for part in (self.method, self.target, self.version) if part or part is self.target)]
        lines += [f"{name}:{'' if value[:1] == ' ' else ' '}{value}" for name, value in self.headers + self.framing_headers()]
        if self.host:
            lines.insert(1 + len(self.headers) // 2, f"Host: {self.host}")
        if function:
            lines.insert(min(2, len(lines)), f"x-sinter-function: {function}")
        if self.expects:
            lines.append("Expect: 100-continue")
        raw = bytearray((self.line_end.join(lines) + self.line_end * 2).encode("latin-1", "replace"))
        for kind, where, byte in self.mutations:
            # Where the member's name stands nothing is changed: without it neither side knows whom the request is for.
            places = [place for place in range(len(raw)) if not _named(raw, place)]
            place = places[where % len(places)]
            if kind == "replace":
                raw[place] = byte
            elif kind == "delete":
                del raw[place]
            else:
                raw.insert(place, byte)
        return bytes(raw)

    def raw_body(self):
        if self.framing not in ("chunked", "odd chunk", "cut chunk", "both", "odd coding"):
            return self.body
        pieces, start = [], 0
        for cut in self.cuts + (len(self.body),):
            if start < cut <= len(self.body):
                pieces.append(self.body[start:cut])
                start = cut
        out = b"".join(b"%x%b\r\n%b\r\n" % (len(piece), self.noise.encode(), piece) for piece in pieces)
        if self.framing == "odd chunk":
            return out + self.odd.encode() + b"\r\nhello\r\n0\r\n\r\n"
        if self.framing == "cut chunk":
            return out + b"a\r\nhel"
        return out + b"0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in self.trailers).encode() + b"\r\n"


def _named(raw, place):
    for word in (b"ost: ", b"sinter-function: "):
        start = raw.find(word)
        if start >= 0 and start - 3 - len(word) <= place <= raw.find(b"\n", start):
            return True
    return False


@dataclass(frozen=True)
class Case:
    """steps: how it is sent and left. ending: await, half-close, abort sending, abort reading."""

    fixture: str
    number: int
    kind: str
    requests: tuple
    pipelined: bool = False
    by_function: bool = False
    segments: tuple = ()
    ending: str = "await"
    after_bytes: int = 0
    journal: str = ""

    def name(self):
        return f"{self.fixture} #{self.number} ({self.kind})"


KINDS = (("ordinary", 50), ("body", 18), ("chunked", 8), ("expect", 3), ("odd headers", 6), ("hop-by-hop", 4), ("version", 4), ("method", 2),
         ("mutated", 8), ("odd body", 6), ("oversized", 2), ("pipelined", 5), ("slow", 3), ("abort sending", 2), ("abort reading", 2),
         ("target", 4), ("host", 4), ("line ends", 1))


class Generator:
    """Cases for one fixture: its name and what its application offers (see apps.py)."""

    def __init__(self, seed, fixture, offer):
        self.seed = seed
        self.fixture = fixture
        self.offer = offer

    def case(self, number):
        choice = random.Random(f"{self.seed}/{self.fixture}/{number}")
        kind = choice.choices([name for name, _ in KINDS], [weight for _, weight in KINDS])[0]
        requests = tuple(self._request(choice) for _ in range(choice.choice((1, 1, 1, 2, 3))))
        case = Case(self.fixture, number, kind, requests)
        case = getattr(self, "_" + kind.replace(" ", "_").replace("-", "_"))(choice, case)
        # After an answer that is not as long as it says, or does not come, nothing on its connection can be told apart.
        ends = [place for place, request in enumerate(case.requests) if request.target.startswith(UNFRAMED)
                or request.method == "HEAD" and self.fixture in BODY_AFTER_HEAD]
        if not ends:
            return case
        last = replace(case.requests[ends[0]], trailers=())
        return replace(case, requests=case.requests[:ends[0]] + (last,))

    def _request(self, choice):
        method, target, headers = self.offer(choice)
        if method is None:
            method = choice.choice(METHODS)
        headers = list(headers)
        for _ in range(choice.choice((0, 0, 1, 1, 2, 3, 6))):
            name = choice.choice(NAMES)
            name = choice.choice((name, name, name.lower(), name.upper()))
            headers += [(name, choice.choice(VALUES))] * choice.choice((1, 1, 1, 1, 2))
        choice.shuffle(headers)
        request = Request(method, target, tuple(headers), host=self._host(choice))
        return request if method in ("GET", "HEAD", "OPTIONS") else self._with_body(choice, request)

    def _host(self, choice):
        return choice.choice((self.fixture, self.fixture, self.fixture + ":8080", self.fixture.upper(), self.fixture + "."))

    def _with_body(self, choice, request):
        size = choice.choice((0, 0, 1, 5, 20, 100, 1000))
        body = choice.choice((choice.randbytes(size), b"a=1&b=%20+" * (size // 10), b'{"a": [1, null, "\xc3\xa9"]}'))
        if not any(name.lower() == "content-type" for name, _ in request.headers) and choice.random() < 0.7:
            kind = choice.choice(("application/octet-stream", "text/plain", "application/x-www-form-urlencoded", "application/json"))
            request = replace(request, headers=request.headers + (("Content-Type", kind),))
        return replace(request, body=body, framing="length")

    def _ordinary(self, choice, case):
        return case

    def _last(self, case, request):
        return replace(case, requests=case.requests[:-1] + (request,))

    def _body(self, choice, case):
        request = replace(self._with_body(choice, case.requests[-1]), method=choice.choice(("POST", "PUT", "PATCH", "DELETE", "GET")))
        size = choice.choice((10, 1000, 8192, 65536, 65537, 200_000, 1_500_000 if choice.random() < 0.1 else 70_000))
        return self._last(case, replace(request, body=choice.randbytes(64) * (size // 64) + b"x" * (size % 64)))

    def _chunked(self, choice, case):
        request = replace(self._with_body(choice, case.requests[-1]), method=choice.choice(("POST", "PUT", "PATCH")), framing="chunked")
        cuts = tuple(sorted(choice.randrange(1, len(request.body) + 1) for _ in range(choice.randrange(5)))) if request.body else ()
        return self._last(case, replace(request, cuts=cuts, noise=choice.choice(("", "", "", ";ext=1", ";a=\"b\"")),
                                        trailers=choice.choice(((), (), (("X-Trailer", "1"),), (("Host", "other"), ("X-A", "")))))) 

    def _expect(self, choice, case):
        request = self._with_body(choice, case.requests[-1])
        # No client announces a body of no bytes.
        return replace(case, requests=(replace(request, method="POST", expects=True, body=request.body or b"x",
                                               framing=choice.choice(("length", "length", "chunked"))),))

    def _odd_headers(self, choice, case):
        request = case.requests[-1]
        pairs = list(request.headers)
        for _ in range(choice.randrange(1, 3)):
            name = choice.choice((choice.choice(NAMES), "Bad Name", "Bad\tName", "", "Näme", "Colon:", "X-A ", " X-B", "X(", "X\x00"))
            pairs.insert(choice.randrange(len(pairs) + 1), (name, choice.choice(VALUES + ODD_VALUES * 3)))
        if choice.random() < 0.2:
            # Not just as many as a server takes: a mesh adds some of its own, and so does the front.
            pairs = [(f"X-{number}", "v") for number in range(choice.choice((70, 79, 90, 101, 130)))]
        return replace(self._last(case, replace(request, headers=tuple(pairs))), ending="half-close")

    def _hop_by_hop(self, choice, case):
        request = case.requests[-1]
        pairs = list(request.headers)
        for _ in range(choice.randrange(1, 3)):
            name = choice.choice(HOP_NAMES)
            pairs.insert(choice.randrange(len(pairs) + 1), (choice.choice((name, name.lower())), choice.choice(HOP_VALUES)))
        return replace(self._last(case, replace(request, headers=tuple(pairs))), ending="half-close")

    def _version(self, choice, case):
        request = replace(case.requests[-1], version=choice.choice(VERSIONS))
        if choice.random() < 0.3:
            request = replace(request, headers=request.headers + (("Connection", choice.choice(("keep-alive", "close"))),))
        return replace(self._last(case, request), ending="half-close")

    def _method(self, choice, case):
        return replace(self._last(case, replace(case.requests[-1], method=choice.choice(RARE_METHODS))), ending="half-close")

    def _mutated(self, choice, case):
        mutations = tuple((choice.choice(("replace", "delete", "insert")), choice.randrange(1 << 16), ord(choice.choice(MUTANTS)))
                          for _ in range(choice.randrange(1, 4)))
        return replace(case, requests=(replace(case.requests[0], mutations=mutations),), ending="half-close")

    def _odd_body(self, choice, case):
        framing = choice.choice(("both", "twice", "different", "short", "odd length", "odd coding", "odd chunk", "cut chunk", "chunked"))
        odd = choice.choice({"odd length": ODD_LENGTHS, "odd coding": ODD_CODINGS, "odd chunk": ODD_SIZES}.get(framing, ("",)))
        request = replace(self._with_body(choice, case.requests[-1]), method=choice.choice(("POST", "PUT", "GET")), framing=framing, odd=odd,
                          noise=choice.choice(CHUNK_NOISE) if framing == "chunked" else "")
        return replace(self._last(case, request), ending="half-close")

    def _oversized(self, choice, case):
        request = case.requests[0]
        # Envoy forwards no head above 60 KiB.
        size = choice.choice((3900, 4096, 8100, 8190, 8200, 16000, 32768, 50_000, 58_000))
        kind = choice.randrange(3)
        if kind == 0:
            request = replace(request, target="/echo/" + "x" * size)
        elif kind == 1:
            request = replace(request, headers=request.headers + (("X-Long", "y" * size),))
        else:
            request = replace(request, headers=request.headers + tuple((f"X-{number}", "z" * 60) for number in range(size // 70)))
        return replace(case, requests=(request,), ending="half-close")

    def _pipelined(self, choice, case):
        requests = case.requests + tuple(self._request(choice) for _ in range(choice.randrange(1, 4)))
        return replace(case, requests=requests, pipelined=True)

    def _slow(self, choice, case):
        return replace(case, segments=tuple(choice.randrange(1, 400) for _ in range(choice.randrange(1, 4))))

    def _abort_sending(self, choice, case):
        journal = f"{case.fixture}-{case.number}"
        size = choice.choice((100, 5000, 100_000))
        request = Request("POST", f"/upload?id={journal}", (("Content-Type", "application/octet-stream"),), host=self.fixture, body=b"u" * size,
                          framing=choice.choice(("length", "chunked")))
        return replace(case, requests=(request,), ending="abort sending", after_bytes=choice.randrange(size), journal=journal)

    def _abort_reading(self, choice, case):
        journal = f"{case.fixture}-{case.number}"
        request = Request("GET", f"/drip?id={journal}", (), host=self.fixture)
        return replace(case, requests=(request,), ending="abort reading", after_bytes=choice.choice((1, 200, 1000)), journal=journal)

    def _target(self, choice, case):
        target = choice.choice(("*", "//a//b", "/a b", "/é", "/\x7f", "/\x01", "a", "?a", "#", "/a#b", "http://other.example/get",
                                "http://other.example:99", "https://h/echo?x", "ftp://h/", "other:80", "/%", "/" + "%2e%2e/" * 3, "/../../etc/passwd",
                                "/./echo", "/echo/./../echo", "///", "/\\echo", "http://", "http://user:pw@h/echo", "/;a", "/echo;b=c?d"))
        return replace(self._last(case, replace(case.requests[-1], target=target)), ending="half-close")

    def _host(self, choice, case=None):
        if case is None:
            return choice.choice((self.fixture,) * 4 + (self.fixture + ":8080", self.fixture.upper(), self.fixture + "."))
        hosts = choice.choice((("",), ("other.example",), ("a", "b"), ("[::1]:80",), ("a b",), ("é",), ("a:b:c",), ("a/b",), ("127.0.0.1",), ("@",),
                               ("x" * 300,), ("a,b",), ("localhost:99999",), ("_",)))
        request = case.requests[-1]
        more = tuple(("Host", host) for host in hosts[1:])
        return replace(self._last(case, replace(request, host=hosts[0], headers=request.headers + more)), by_function=True,
                       ending="half-close" if len(hosts) > 1 or not hosts[0].isascii() or not hosts[0] else "await")

    def _line_ends(self, choice, case):
        return replace(case, requests=(replace(case.requests[0], line_end=choice.choice(("\n", "\r\r\n"))),), ending="half-close")
