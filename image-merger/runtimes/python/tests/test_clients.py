"""Each client library gets from a fused member what it gets from the same member alone."""

import base64
import os
import random
import unittest

from .kitchen import ASGI, HANDLERS, WSGI, Kitchen

LIBRARIES = ("http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")

COMMON = ("/echo", "/echo/deep%20er/%C3%A9?x=1&y=%20z&y=2", "/echo?", "/nowhere", "/status/200", "/status/201",
          "/status/204", "/status/304", "/status/404", "/status/500", "/duplicates", "/redirect")
WSGI_ONLY = ("/stream", "/late", "/single", "/several", "/writes", "/own", "/fail", "/fail_started", "/fail_streaming",
             "/wrong_type", "/short", "/excess", "/large", "/closing")
ASGI_ONLY = ("/stream", "/single", "/own", "/fail", "/fail_streaming", "/silent", "/large")
HANDLER_ONLY = ("/fail", "/unframed")

# One server of each kind is called by every library, the others by one that blocks and one that does not.
WHOLE = ("waitress", "uvicorn", "handler11")
FEW = ("http.client", "httpx.async")


def targets_of(server):
    targets = COMMON + (WSGI_ONLY if server in WSGI else ASGI_ONLY if server in ASGI else HANDLER_ONLY)
    # Alone, this one keeps the client waiting for its keep-alive time before it gives the short answer up.
    return [target for target in targets if (server, target) != ("gunicorn-gthread", "/short")]


def libraries_of(server):
    return LIBRARIES if server in WHOLE else FEW


class ClientsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.kitchen = Kitchen(WSGI + ASGI + HANDLERS)

    @classmethod
    def tearDownClass(cls):
        cls.kitchen.close()

    def assert_equal_answers(self, server, calls):
        for call, alone, fused in self.kitchen.compare(server, calls):
            with self.subTest(server=server, **{key: value for key, value in call.items() if key != "body"}):
                self.assertEqual(alone, fused)

    def test_every_target_by_every_library(self):
        for server in WSGI + ASGI + HANDLERS:
            self.assert_equal_answers(server, [
                {"library": library, "method": "GET", "target": target}
                for library in libraries_of(server) for target in targets_of(server)])

    def test_head_has_no_body_and_the_same_headers(self):
        for server in WSGI + ASGI + HANDLERS:
            self.assert_equal_answers(server, [
                {"library": library, "method": "HEAD", "target": target}
                for library in ("http.client", "requests", "httpx") for target in ("/echo", "/status/404", "/nowhere")])

    def test_bodies_arrive_whole_with_length_and_chunked(self):
        for server in WSGI + ASGI + HANDLERS:
            calls = [{"library": library, "method": method, "target": "/echo", "body": body}
                     for library in libraries_of(server)
                     for method, body in (("POST", b""), ("PUT", b"x"), ("PATCH", b"\x00\xff" * 40000), ("DELETE", b"x"))]
            if server not in HANDLERS and server != "wsgiref":
                # http.server and wsgiref do not understand chunked requests; nor would they alone.
                calls += [{"library": library, "method": "POST", "target": "/echo", "body": b"piece" * 1000, "chunked": True}
                          for library in libraries_of(server) if library != "urllib"]
            self.assert_equal_answers(server, calls)

    def test_generated_requests(self):
        seed = int(os.environ.get("SINTER_TESTS_SEED") or 20261121)
        for server in WSGI + ASGI + HANDLERS:
            generator = random.Random(f"{seed}{server}")
            calls = [generated(generator) for _ in range(40)]
            with self.subTest(seed=seed):
                self.assert_equal_answers(server, calls)

    def test_a_timeout_is_the_library_s_own(self):
        for server in ("waitress", "uvicorn", "handler11"):
            self.assert_equal_answers(server, [
                {"library": library, "method": "GET", "target": "/sleep?0.6", "timeout": 0.2} for library in LIBRARIES])

    def test_an_answer_in_time_is_no_timeout(self):
        for server in ("waitress", "uvicorn", "handler11"):
            self.assert_equal_answers(server, [
                {"library": library, "method": "GET", "target": "/sleep?0.01", "timeout": 5} for library in LIBRARIES])

    def test_the_application_s_iterable_is_closed_once(self):
        for server in WSGI:
            calls = [{"library": "http.client", "method": "GET", "url": f"http://{server}:8080/{target}", "headers": {}}
                     for target in ("closed", "closing", "closed")]
            before, _, after = [base64.b64decode(answer["body"]) for answer in self.kitchen.drive(calls)]
            self.assertEqual(int(before) + 1, int(after), server)

    def test_sys_exit_in_a_handler_does_not_end_the_process(self):
        for server in ("waitress", "gunicorn-gthread", "handler11"):
            self.kitchen.drive([{"library": "http.client", "method": "GET", "url": f"http://{server}:8080/leave", "headers": {}}])
            self.assert_equal_answers(server, [{"library": "requests", "method": "GET", "target": "/echo"}])


def generated(generator):
    names = ["X-Plain", "x-lower", "X-UPPER-CASE", "Accept", "Cookie", "User-Agent", "Content-Type", "X-Under_score",
             "Authorization", "If-None-Match", "X-Forwarded-For", "Range", "Origin", "X-Empty"]
    alphabet = "abcXYZ019 ,;=\"'()/é~\t"
    headers = {}
    for name in generator.sample(names, generator.randrange(6)):
        value = "".join(generator.choice(alphabet) for _ in range(generator.randrange(20))).strip()
        headers[name] = value.replace("é", "e")
    if generator.random() < 0.1:
        headers["X-Forwarded-Proto"] = generator.choice(["https", "http", "HTTPS"])
    path = "/echo" + "".join(generator.choice(["/", "/a", "/%2F", "/%20", "/b.c", "/~", "/;p=1", "/%e2%82%ac", "/+"])
                             for _ in range(generator.randrange(4)))
    query = generator.choice(["", "?a=1", "?a=%26&b=+", "?x[]=1", "?a=1&a=2", "?%F0%9F%98%80", "?=", "?a=b?c"])
    method = generator.choice(["GET", "POST", "PUT", "DELETE", "PATCH"])
    call = {"library": generator.choice(["http.client", "urllib3", "requests", "httpx", "httpx.async"]), "method": method,
            "target": path + query, "headers": headers}
    if method != "GET":
        call["body"] = bytes(generator.randrange(256) for _ in range(generator.randrange(50)))
        headers.setdefault("Content-Type", "application/octet-stream")
    return call
