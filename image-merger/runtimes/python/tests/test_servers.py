"""Servers beyond the first few: taken over the way they should be, and answering what they answer alone."""

import os
import random
import unittest

from .harness import get, request
from .kitchen import FLASK, OTHERS, Kitchen
from .test_clients import COMMON, generated
from .test_inbound import ODD, PLAIN, exchange

# The others differ only in how they are started; SINTER_TESTS=all compares them too.
WHOLE = ("hypercorn", "aiohttp-run", "tornado-listen", "django-noreload")
STREAMS = ("/stream", "/own", "/fail", "/fail_streaming", "/large", "/unread")


class ServersTest(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.servers = WHOLE if os.environ.get("SINTER_TESTS") != "all" else tuple(OTHERS)
        cls.kitchen = Kitchen(cls.servers)

    @classmethod
    def tearDownClass(cls):
        cls.kitchen.close()

    def assert_equal_answers(self, server, calls):
        for call, alone, fused in self.kitchen.compare(server, calls):
            with self.subTest(server=server, **{key: value for key, value in call.items() if key != "body"}):
                self.assertEqual(alone, fused)

    def test_every_target(self):
        for server in self.servers:
            targets = [target for target in COMMON + STREAMS if (server, target) not in ENDLESS]
            self.assert_equal_answers(server, [
                {"library": library, "method": method, "target": target} for library in ("http.client", "httpx.async")
                for target in targets for method in ("GET", "HEAD") if (method, target) != ("HEAD", "/large")])

    def test_bodies_arrive_whole_with_length_and_chunked(self):
        for server in self.servers:
            bodies = (b"", b"x", b"\x00\xff" * 40000, b"\x00\xff" * 700000)
            calls = [{"library": library, "method": "POST", "target": "/echo", "body": body}
                     for library in ("http.client", "httpx.async") for body in bodies]
            if not server.startswith("django"):
                # wsgiref does not understand chunked requests; nor would it alone.
                calls += [{"library": library, "method": "POST", "target": "/echo", "body": b"piece" * 1000, "chunked": True}
                          for library in ("http.client", "httpx.async")]
            self.assert_equal_answers(server, calls)

    def test_generated_requests(self):
        seed = int(os.environ.get("SINTER_TESTS_SEED") or 20261121)
        for server in self.servers:
            generator = random.Random(f"{seed}{server}")
            with self.subTest(seed=seed):
                self.assert_equal_answers(server, [generated(generator) for _ in range(25)])

    def test_a_timeout_is_the_library_s_own_and_the_server_goes_on(self):
        for server in self.servers:
            # Once before the answer, and once in the middle of its body; Django's application has nothing slow.
            slow = ("/sleep?0.5",) + (() if server.startswith("django") else ("/slowly",))
            calls = [{"library": library, "method": "GET", "target": target, "timeout": 0.1}
                     for library in ("http.client", "requests", "httpx", "httpx.async") for target in slow]
            self.assert_equal_answers(server, calls + [{"library": "http.client", "method": "GET", "target": "/status/200"}])

    def test_raw_requests_ordinary_and_odd(self):
        for server in self.servers:
            # Some of these abort or wait when their client half-closes, so none does; short bodies would end early.
            for raw in PLAIN + ODD[:-2]:
                raw = raw.replace(b"{}", server.encode())
                target = raw.split(b" ")[1].decode("latin-1")
                if (server, target) in ENDLESS or b"ost: " + server.encode() not in raw:
                    continue
                with self.subTest(server=server, request=raw[:120]):
                    fused = exchange(self.kitchen.fused.port, raw, False)
                    if not fused[0].startswith("421"):
                        self.assertEqual(exchange(self.kitchen.alone[server].port, raw, False), fused)


# Alone, these keep their connection open after a short answer, and the client waits for ever.
ENDLESS = {("django", "/fail_streaming")}


class TakenOverTest(unittest.TestCase):
    maxDiff = None

    def test_a_body_beyond_its_server_s_limit_is_refused_as_alone(self):
        for tier in ("IN_PROCESS", "FORKED"):
            kitchen = Kitchen(("waitress-limit",), tier)
            self.addCleanup(kitchen.close)
            calls = [{"library": library, "method": method, "target": "/echo", "body": b"x" * size}
                     for library in ("http.client", "httpx.async") for size in (999, 1000, 1001, 70000) for method in ("POST", "HEAD")]
            # It counts the chunks' frames as well, and ends the connection while a long one is being sent.
            calls += [{"library": "http.client", "method": "POST", "target": "/echo", "body": b"x" * size, "chunked": True}
                      for size in (500, 1001)]
            for call, alone, fused in kitchen.compare("waitress-limit", calls):
                for _ in range(50):
                    # Alone, it may close the connection while its client is sending: whether that sees the answer is chance.
                    if alone == fused or "error" not in alone:
                        break
                    [(_, alone, _)] = kitchen.compare("waitress-limit", [call])
                with self.subTest(tier, library=call["library"], size=len(call["body"]), method=call["method"]):
                    self.assertEqual(alone, fused)
            for size in (999, 1000, 70000):
                alone, fused = (request(port, "waitress-limit", "/unread", "POST", b"x" * size)
                                for port in (kitchen.alone["waitress-limit"].port, kitchen.fused.port))
                self.assertEqual((alone[0], alone[2]), (fused[0], fused[2]))

    def test_each_way_to_start_a_server_is_taken_over(self):
        kitchen = Kitchen(OTHERS, alone=False)
        self.addCleanup(kitchen.close)
        metrics = get(kitchen.fused.admin, "/metrics")[1].decode()
        for server, way in OTHERS.items():
            self.assertIn(f'sinter_member_way{{member="{server}",way="{way}"}} 1', metrics)
            self.assertEqual(b"status", kitchen.fused.request(server, "/status/200")[2], server)

    def test_flask_run_debug_and_functions_framework(self):
        kitchen = Kitchen(FLASK)
        self.addCleanup(kitchen.close)
        metrics = get(kitchen.fused.admin, "/metrics")[1].decode()
        for server, way in FLASK.items():
            self.assertIn(f'sinter_member_way{{member="{server}",way="{way}"}} 1', metrics)
            targets = ("/echo?a=b", "/stream", "/nowhere") + (() if server == "flask-debug" else ("/fail",))
            calls = [{"library": library, "method": "GET", "target": target}
                     for library in ("requests", "httpx.async") for target in targets]
            calls.append({"library": "requests", "method": "POST", "target": "/echo", "body": b"body"})
            for call, alone, fused in kitchen.compare(server, calls):
                with self.subTest(server=server, target=call["target"]):
                    self.assertEqual(alone, fused)


if __name__ == "__main__":
    unittest.main()
