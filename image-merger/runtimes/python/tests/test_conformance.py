"""WSGI servers pass wsgiref's validator, ASGI servers an application that checks the specification: from the fused port, and
between members."""

import base64
import json
import os
import signal
import unittest

from .harness import FIXTURES, Fused, member, until
from .kitchen import normal

DIRECTORY = os.path.join(FIXTURES, "conformance")
WSGI = {"waitress": ["python3", "wsgi_app.py", "waitress"], "werkzeug": ["python3", "wsgi_app.py", "werkzeug"],
        "wsgiref": ["python3", "wsgi_app.py", "wsgiref"], "sync": ["gunicorn", "-b", "127.0.0.1:8080", "wsgi_app:app"],
        "gthread": ["gunicorn", "-b", "127.0.0.1:8080", "--threads", "2", "wsgi_app:app"]}
ASGI = {"uvicorn": ["uvicorn", "asgi_app:app", "--port", "8080"],
        "hypercorn": ["hypercorn", "asgi_app:app", "-b", "127.0.0.1:8080"]}


class ConformanceTest(unittest.TestCase):
    def start(self, commands, tier):
        members = [member("driver", ["python3", "app.py"], os.path.join(FIXTURES, "driver"))]
        members += [member(name, argv, DIRECTORY) for name, argv in commands.items()]
        fused = Fused(members, [("driver", name) for name in commands], tier)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def answers(self, fused, orders):
        orders = [dict(order, headers={}, body=base64.b64encode(order["body"]).decode()) for order in orders]
        return map(normal, json.loads(fused.request("driver", "/do", "POST", json.dumps(orders).encode())[2]))

    def assert_bodies(self, fused, names, targets, chunked):
        for name in names:
            for size in (0, 1, 70000, 1500000):
                body = b"\x00\n\xff" * (size // 3)
                for target in targets:
                    with self.subTest(name, size=size, target=target):
                        self.assertEqual((200, body), fused.request(name, target, "POST", body)[::2])
                orders = [{"library": library, "method": "POST", "url": f"http://{name}:8080{target}", "body": body, "chunked": way}
                          for library in ("http.client", "httpx.async") for target in targets
                          for way in ((False, True) if chunked(name) and size else (False,))]
                for order, answer in zip(orders, self.answers(fused, orders)):
                    with self.subTest(name, size=size, url=order["url"], library=order["library"], chunked=order["chunked"]):
                        self.assertEqual((200, body), (answer.get("status"), answer.get("body")), answer)

    def test_wsgi(self):
        for tier in ("IN_PROCESS", "FORKED"):
            fused = self.start(WSGI, tier)
            # Servers that do not say where a body ends cannot be asked for all of one without a length.
            self.assert_bodies(fused, WSGI, ("/small-reads",), lambda name: name not in ("wsgiref", "sync", "gthread"))
            for name in WSGI:
                with self.subTest(name, tier=tier):
                    self.assertEqual((204, b""), fused.request(name, "/empty")[::2])
                    self.assertEqual(b"3", fused.request(name, "/written", "PUT", b"abc")[2])
                    self.assertEqual(100, fused.request(name, "/stream")[2].count(b"\n"))
                    self.assertEqual(b"one\n", fused.request(name, "/lines", "POST", b"one\n")[2])
                    self.assertEqual(b"unread", fused.request(name, "/unread", "POST", b"x" * 5000)[2])
                    self.assertEqual((200, b""), fused.request(name, "/x", "HEAD")[::2])
            self.assertNotIn("AssertionError", fused.process.output())

    def test_asgi(self):
        for tier in ("IN_PROCESS", "FORKED"):
            fused = self.start(ASGI, tier)
            self.assert_bodies(fused, ASGI, ("/echo%20%C3%A9?a=b",), lambda name: True)
            for name in ASGI:
                with self.subTest(name, tier=tier):
                    self.assertEqual(100, fused.request(name, "/stream")[2].count(b"\n"))
                    with self.assertRaises(TimeoutError):
                        fused.request(name, "/wait", seconds=0.2)
                    until(lambda name=name: fused.request(name, "/left")[2] == b"http.disconnect", "it heard of the client", 10)
            os.kill(fused.process.pid, signal.SIGTERM)
            fused.process.wait()
            self.assertEqual(2, fused.process.output().count("lifespan: lifespan.startup, lifespan.shutdown"), fused.process.output())


if __name__ == "__main__":
    unittest.main()
