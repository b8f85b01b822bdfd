"""Library versions of five years: every client library calls every server, alone and fused, in the environment at hand."""

import unittest
from importlib.metadata import version

from .harness import get
from .kitchen import Kitchen

LIBRARIES = ("http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")
SERVERS = {"waitress": "wsgi", "werkzeug": "wsgi", "gunicorn-sync": "wsgi", "gunicorn-gthread": "wsgi", "uvicorn": "loop",
           "gunicorn-uvicorn": "loop", "hypercorn": "loop", "aiohttp-run": "loop", "tornado-listen": "loop",
           "django-noreload": "handler", "flask-run": "wsgi"}
# Before 2.1 werkzeug's own handler is run.
OWN_HANDLER = ("werkzeug", "flask-run") if version("werkzeug").startswith("2.0") else ()
TARGETS = ("/echo?a=%20b", "/nowhere", "/status/204", "/status/500", "/stream", "/fail", "/redirect")


class MatrixTest(unittest.TestCase):
    maxDiff = None

    def test_every_library_with_every_server(self):
        servers = list(SERVERS)
        kitchen = Kitchen(servers)
        self.addCleanup(kitchen.close)
        metrics = get(kitchen.fused.admin, "/metrics")[1].decode()
        for server in servers:
            way = "handler" if server in OWN_HANDLER else SERVERS[server]
            self.assertIn(f'sinter_member_way{{member="{server}",way="{way}"}} 1', metrics)
            calls = [{"library": library, "method": "GET", "target": target} for library in LIBRARIES for target in TARGETS]
            calls += [{"library": library, "method": "POST", "target": "/echo", "body": body}
                      for library in LIBRARIES for body in (b"x" * 10, b"\x00\xff" * 40000)]
            for call, alone, fused in kitchen.compare(server, calls):
                with self.subTest(server=server, library=call["library"], target=call["target"]):
                    self.assertEqual(alone, fused)

    def test_every_server_answers_from_a_process_of_its_own(self):
        """What is loaded before processes are forked is looked at closely, from Python 3.12 on."""
        kitchen = Kitchen(list(SERVERS), tier="FORKED", alone=False)
        self.addCleanup(kitchen.close)
        orders = [{"library": "http.client", "method": "GET", "url": f"http://{server}:8080/echo",
                   "headers": {"Host": f"{server}:8080"}, "body": None} for server in SERVERS]
        self.assertEqual({server: 200 for server in SERVERS},
                         {server: answer.get("status", answer) for server, answer in zip(SERVERS, kitchen.drive(orders))})


if __name__ == "__main__":
    unittest.main()
