"""Raw bytes sent to the fused port get the bytes the member's own server sends, connection management aside."""

import os
import random
import socket
import sys
import unittest
from unittest import mock

import h2.config
import h2.connection

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from sinter_runtime.inbound import connection  # noqa: E402

from .harness import FIXTURES, Fused, member  # noqa: E402
from .kitchen import ASGI, HANDLERS, WSGI, Kitchen  # noqa: E402

ODD = (
    b"GET /echo HTTP/1.0\r\nHost: {}\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nBad Header: x\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nNoColon\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nContent-Length: abc\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nContent-Length: -1\r\n\r\n",
    b"GET /echo HTTP/9.9\r\nHost: {}\r\n\r\n",
    b"GET  /echo HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"BREW /echo HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"G\x00T /echo HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"nonsense\r\nHost: {}\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nX-Long: " + b"x" * 9000 + b"\r\n\r\n",
    b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(120)) + b"\r\n",
    b"GET /echo HTTP/1.1\r\nHost: {}\r\nExpect: something\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET //double//slash HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /echo#fragment HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /\xc3\xa9 HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"POST /unread HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\n\r\nhell",
    b"POST /unread HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
)

PLAIN = (
    b"GET /echo?a=b HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /echo/%41%2f HTTP/1.1\r\nhost: {}\r\nX-A: 1\r\nx-a: 2\r\nX_U: 3\r\n\r\n",
    b"HEAD /echo HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
    b"POST /unread HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /echo HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    b"GET /status/204 HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /status/304 HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: {}\r\nConnection: keep-alive\r\n\r\n",
    b"GET /duplicates HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /stream HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /fail HTTP/1.1\r\nHost: {}\r\n\r\n",
    b"GET /large HTTP/1.1\r\nHost: {}\r\n\r\n",
)
CHUNKED = b"POST /echo HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"


class InboundTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.kitchen = Kitchen(WSGI + ASGI + HANDLERS + ("hypercorn",))

    @classmethod
    def tearDownClass(cls):
        cls.kitchen.close()

    def assert_same(self, server, raw, half_close=True):
        raw = raw.replace(b"{}", server.encode())
        with self.subTest(server=server, request=raw[:120]):
            fused = exchange(self.kitchen.fused.port, raw, half_close)
            if b"ost: " + server.encode() not in raw or fused[0].startswith("421"):
                # Bytes from which no host can be read have no member.
                return
            alone = exchange(self.kitchen.alone[server].port, raw, half_close)
            # Whether h11 refuses a head beyond its bound depends on how it arrives: it may be whole before anybody looks.
            for _ in range(5 if len(raw) > 65536 else 0):
                if alone == fused:
                    break
                fused = exchange(self.kitchen.fused.port, raw, half_close)
                alone = exchange(self.kitchen.alone[server].port, raw, half_close)
            self.assertEqual(alone, fused)

    def test_ordinary_requests(self):
        for server in WSGI + ASGI + HANDLERS:
            for raw in PLAIN:
                self.assert_same(server, raw, half_close=False)

    def test_chunked_requests_where_the_server_knows_them(self):
        for server in ("waitress", "werkzeug", "gunicorn-sync", "gunicorn-gthread") + ASGI:
            self.assert_same(server, CHUNKED)

    def test_requests_out_of_the_ordinary(self):
        for server in WSGI + ASGI + HANDLERS:
            for raw in ODD:
                self.assert_same(server, raw)

    def test_mutated_requests(self):
        # A known one, so that a build says nothing new by chance; the equivalence suite looks for what is new.
        seed = int(os.environ.get("SINTER_TESTS_SEED") or 20261121)
        for server in ("waitress", "gunicorn-gthread", "uvicorn", "handler11"):
            generator = random.Random(f"{seed}{server}")
            for _ in range(25):
                with self.subTest(seed=seed):
                    self.assert_same(server, mutated(generator))

    def test_a_server_that_makes_its_handlers_itself_does_so_when_fused(self):
        # python -m http.server gives each handler its directory in finish_request.
        with open(os.path.join(self.kitchen.fused.directory, "page"), "w", encoding="utf-8") as page:
            page.write("a page")
        command = ["python3", "-m", "http.server", "8080", "--directory", self.kitchen.fused.directory]
        with Fused([member("files", command, FIXTURES)], []) as fused:
            self.assertEqual((200, b"a page"), fused.request("files", "/page")[::2])

    def test_an_unknown_host_is_misdirected(self):
        status, headers, body = self.kitchen.fused.request("stranger", "/")
        self.assertEqual(421, status)
        self.assertIn(b"SNT0241", body)

    def test_the_function_header_wins_over_host_and_is_not_seen(self):
        status, _, body = self.kitchen.fused.request("stranger", "/echo", headers={"x-sinter-function": "uvicorn"})
        self.assertEqual(200, status)
        self.assertNotIn(b"x-sinter", body)

    def test_one_connection_serves_all_members_in_turn(self):
        with socket.create_connection(("127.0.0.1", self.kitchen.fused.port), 10) as sock:
            for server in ("waitress", "uvicorn", "handler11", "werkzeug"):
                sock.sendall(f"GET /status/200 HTTP/1.1\r\nHost: {server}\r\n\r\n".encode())
                data = b""
                while not data.endswith(b"status"):
                    data += sock.recv(65536)
                self.assertTrue(data.startswith(b"HTTP/1.1 200"))

    def test_what_follows_an_odd_request_is_not_its_member_s(self):
        # A proxy may send requests to all members over one connection; this method is for waitress itself.
        odd = b"PROPFIND /echo HTTP/1.1\r\nHost: waitress\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.kitchen.fused.port), 10) as sock:
            sock.sendall(odd + b"GET /echo HTTP/1.1\r\nHost: uvicorn\r\n\r\n")
            data = b""
            while True:
                more = sock.recv(65536)
                if not more:
                    break
                data += more
        self.assertTrue(data.startswith(b"HTTP/1.1 200"))
        self.assertEqual(1, data.count(b"HTTP/1.1 "))
        self.assertIn(b"\r\nConnection: close\r\n", data)

    def test_a_websocket_reaches_the_member_s_own_server(self):
        raw = (b"GET /ws HTTP/1.1\r\nHost: uvicorn\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.kitchen.fused.port), 10) as sock:
            sock.sendall(raw)
            self.assertIn(b"101", sock.recv(4096).split(b"\r\n")[0])
            sock.sendall(b"\x81\x82\x00\x00\x00\x00hi")
            data = b""
            while b"echo hi" not in data:
                data += sock.recv(4096)

    def test_an_http2_connection_is_its_first_request_s_member_s(self):
        for host in ("hypercorn", "Hypercorn:8080", "hypercorn."):
            connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
            connection.initiate_connection()
            connection.send_headers(1, [(":method", "GET"), (":path", "/echo?a=b"), (":scheme", "http"), (":authority", host),
                                        ("x-long", "{}" * 300)], end_stream=True)
            with self.subTest(host), socket.create_connection(("127.0.0.1", self.kitchen.fused.port), 10) as sock:
                for byte in connection.data_to_send():
                    sock.sendall(bytes((byte,)))
                seen = {}
                while "StreamEnded" not in seen:
                    for event in connection.receive_data(sock.recv(65536)):
                        seen.setdefault(type(event).__name__, event)
                    sock.sendall(connection.data_to_send())
                self.assertIn((":status", "200"), seen["ResponseReceived"].headers)
                self.assertIn(b'"/echo"', seen["DataReceived"].data)

    def test_an_http2_connection_that_names_no_member_is_misdirected(self):
        for raw in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x02\x01\x04\0\0\0\x01\x41\xff",
                    b"PRI * HTTP/2.0\r\n\r\nnonsense"):
            self.assertTrue(exchange(self.kitchen.fused.port, raw)[0].startswith("421"))

    def test_a_client_that_leaves_is_told_to_the_application(self):
        from .harness import until

        for port in (self.kitchen.fused.port, self.kitchen.alone["uvicorn"].port):
            with socket.create_connection(("127.0.0.1", port), 10) as sock:
                sock.sendall(b"GET /watching HTTP/1.1\r\nHost: uvicorn\r\n\r\n")
            until(lambda: exchange(port, b"GET /seen HTTP/1.1\r\nHost: uvicorn\r\n\r\n")[2] == b"http.disconnect",
                  "the application saw the disconnect", 10)


def exchange(port, raw, half_close=True):
    """(status line without version, headers without the connection's own, body) with the connection closed after it."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        try:
            sock.sendall(raw)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        data = b""
        try:
            while half_close or not whole(raw, data):
                more = sock.recv(1 << 20)
                if not more:
                    break
                data += more
        except OSError:
            pass
    while data.startswith(b"HTTP/1.1 100"):
        data = data.partition(b"\r\n\r\n")[2]
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "transfer-encoding":
            body = dechunked(body)
        if name.lower() not in ("connection", "keep-alive", "date", "transfer-encoding"):
            headers.append((name, value.strip()))
    length = [value for name, value in headers if name.lower() == "content-length"]
    if raw.startswith(b"HEAD"):
        # Some servers send a body nobody may read; proxies drop it.
        body = b""
        length = []
    elif length and length[0].isdigit():
        # What follows is the answer to bytes after the request.
        body = body[:int(length[0])]
    # The front gives complete answers without a length one of their own.
    headers = [pair for pair in headers if pair[0].lower() != "content-length" or int(pair[1]) != len(body)]
    return lines[0].partition(" ")[2], headers, body, bool(length) and int(length[0]) != len(body)


def whole(raw, data):
    """Whether data holds a complete final answer."""
    while data.startswith(b"HTTP/1.1 100"):
        data = data.partition(b"\r\n\r\n")[2]
    head, end, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if not end:
        return False
    if raw.startswith(b"HEAD") or b" 204 " in head[:16] or b" 304 " in head[:16]:
        return True
    if b"\r\ntransfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    length = lower.partition(b"\r\ncontent-length:")[2].split(b"\r\n")[0].strip()
    return bool(length) and len(body) >= int(length)


def dechunked(body):
    out = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        try:
            length = int(size.split(b";")[0], 16)
        except ValueError:
            return body
        if not length:
            break
        out += rest[:length]
        body = rest[length + 2:]
    return out


def mutated(generator):
    raw = bytearray(generator.choice(PLAIN[:5]))
    for _ in range(generator.randrange(1, 4)):
        # The Host line stays whole: without it neither side knows whom the request is for.
        position = generator.choice([i for i in range(len(raw)) if not (raw.find(b"ost:") - 1 <= i <= raw.find(b"{}") + 3)])
        kind = generator.randrange(3)
        if kind == 0:
            raw[position] = generator.choice(b"\x00\t \r\n:;aZ09\x7f\xff/%")
        elif kind == 1:
            del raw[position]
        else:
            raw.insert(position, generator.choice(b" :\r\nx\t"))
    return bytes(raw)


class SilenceTest(unittest.TestCase):
    def test_a_client_that_sends_nothing_and_one_that_stops_within_a_head_are_let_go(self):
        for sent, limit in ((b"", "IDLE_SECONDS"), (b"GET / HTTP/1.1\r\nHo", "HEAD_SECONDS")):
            with self.subTest(sent), mock.patch.object(connection, limit, 1):
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    theirs.sendall(sent)
                    connection.Connection(None, ours, ("127.0.0.1", 1)).serve()
                    theirs.setblocking(False)
                    self.assertRaises(BlockingIOError, theirs.recv, 1)


if __name__ == "__main__":
    unittest.main()
