"""Calls to members that cannot take them reach the remote copy: a real server of the same function elsewhere."""

import base64
import http.client
import json
import os
import signal
import socket
import sys
import unittest

from .harness import FIXTURES, Fused, Process, free_port, get, member, until
from .test_faults import pid_of
from .test_programs import PROGRAM, program

# In 127/8 there is room for a function and its remote copy on one port.
INSIDE, OUTSIDE = "127.7.0.3", "127.9.0.1"
LIBRARIES = ("socket", "http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")


class SpillingTest(unittest.TestCase):
    def setUp(self):
        self.port = free_port()

    def start(self, members, local, remote=OUTSIDE):
        callee = local[0][1]
        fused = Fused(members, local, "CO_PROCESS", plan={"loopback": [{"name": callee, "address": INSIDE, "port": self.port}]},
                      env={"SINTER_REMOTE_HOSTS": f"{callee}={remote}"} if remote else None)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def remote_copy(self):
        """Its process id."""
        copy = Process([sys.executable, "app.py"], {"LISTENS": str(self.port), "LISTEN": OUTSIDE, "PATH": os.environ["PATH"]},
                       PROGRAM, self.file("remote.log"))
        self.addCleanup(copy.kill)
        until(lambda: accepts(OUTSIDE, self.port), "the remote copy serves")
        return str(copy.pid).encode()

    def file(self, name):
        import tempfile

        directory = tempfile.TemporaryDirectory(prefix="sinter-test-")
        self.addCleanup(directory.cleanup)
        return os.path.join(directory.name, name)

    def function(self, name, **env):
        return member(name, ["python3", "app.py"], os.path.join(FIXTURES, "faulty"), port=self.port, env=dict(env, PORT=str(self.port)))

    def through_the_door(self, method, target, body=None):
        connection = http.client.HTTPConnection(INSIDE, self.port, timeout=60)
        try:
            connection.request(method, target, body, {"Host": "p"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def test_a_program_s_call_to_a_dead_member(self):
        hold = self.file("hold")
        remote = self.remote_copy()
        fused = self.start([program("n", free_port()), self.function("p", HOLD=hold)], [("n", "p")])
        call = f"/call/{INSIDE}:{self.port}/pid"
        inside = fused.request("p", "/pid")[2]
        self.assertEqual(inside, fused.request("n", call)[2])
        open(hold, "w", encoding="ascii").close()
        os.kill(int(inside), signal.SIGKILL)
        until(lambda: get(fused.admin, "/ready")[0] == 503, "its death is known", 20)
        for _ in range(3):
            self.assertEqual(remote, fused.request("n", call)[2])
        self.assertEqual((200, b"3000000"), self.through_the_door("POST", "/up", bytes(3000000)))
        self.assertEqual((200, b"3000000"), self.through_the_door("POST", "/up", iter([bytes(1000000)] * 3)))
        self.assertEqual((200, b"0\n1\n2\n"), self.through_the_door("GET", "/stream"))
        self.assertEqual(501, self.through_the_door("BREW", "/x")[0])
        self.assertIn(b'sinter_spilled_total{cause="dead"} 6\n', get(fused.admin, "/metrics")[1])
        os.unlink(hold)
        until(lambda: pid_of(fused, "p"), "p lives again", 30)
        self.assertEqual(fused.request("p", "/pid")[2], fused.request("n", call)[2])

    def test_a_call_that_finds_nobody_listening(self):
        remote = self.remote_copy()
        listens = free_port()
        fused = self.start([program("n", free_port()), program("m", listens, port=self.port, LISTEN="127.0.0.1")], [("n", "m")])
        self.assertNotEqual(remote, fused.request("n", f"/call/{INSIDE}:{self.port}/pid")[2])
        fused.request("m", "/deaf")
        until(lambda: not accepts("127.0.0.1", listens), "it is deaf", 20)
        until(lambda: fused.request("n", f"/call/{INSIDE}:{self.port}/pid")[2] == remote, "kept connections have ended", 20)
        self.assertEqual((200, b"3000000"), self.through_the_door("POST", "/up", bytes(3000000)))
        self.assertIn(b'sinter_spilled_total{cause="dead"} 2\n', get(fused.admin, "/metrics")[1])

    def test_without_a_remote_copy_it_is_refused(self):
        for remote, words in ((None, b"member p is DEAD"), (OUTSIDE, b"its remote copy cannot be reached")):
            with self.subTest(remote):
                hold = self.file("hold")
                fused = self.start([program("n", free_port()), self.function("p", HOLD=hold)], [("n", "p")], remote)
                open(hold, "w", encoding="ascii").close()
                os.kill(int(fused.request("p", "/pid")[2]), signal.SIGKILL)
                until(lambda: get(fused.admin, "/ready")[0] == 503, "its death is known", 20)
                status, body = self.through_the_door("GET", "/pid")
                self.assertEqual(503, status)
                self.assertIn(b"SNT0242", body)
                self.assertIn(words, body)
                self.assertEqual(503, self.through_the_door("BREW", "/x")[0])
                self.doCleanups()

    def test_a_function_s_call_to_a_program_that_is_dead_or_deaf(self):
        for fault in ("die", "deaf"):
            with self.subTest(fault):
                hold = self.file("hold")
                remote = self.remote_copy()
                listens = free_port()
                driver = member("driver", ["python3", "app.py"], os.path.join(FIXTURES, "driver"))
                fused = self.start([driver, program("m", listens, port=self.port, LISTEN="127.0.0.1", HOLD=hold)], [("driver", "m")])
                self.assertEqual([fused.request("m", "/pid")[2]] * len(LIBRARIES), self.drive(fused, "GET", "/pid"))
                open(hold, "w", encoding="ascii").close()
                self.stop_listening(fused, fault, listens)
                until(lambda: self.drive(fused, "GET", "/pid") == [remote] * len(LIBRARIES), "kept connections have ended", 20)
                self.assertEqual([b"30000"] * len(LIBRARIES), self.drive(fused, "POST", "/up", bytes(30000)))
                if fault == "deaf":
                    # What was streamed is gone: better no request than half of one.
                    self.assertLessEqual(set(self.drive(fused, "POST", "/up", bytes(3000000))), {None, b"3000000"})
                self.doCleanups()
                self.port = free_port()

    def stop_listening(self, fused, fault, listens):
        try:
            fused.request("m", "/" + fault)
        except OSError:
            pass
        if fault == "die":
            until(lambda: get(fused.admin, "/ready")[0] == 503, "its death is known", 20)
        else:
            until(lambda: not accepts("127.0.0.1", listens), "it is deaf", 20)

    def drive(self, fused, method, target, body=None):
        """What each library got; None for an error."""
        orders = [{"library": library, "method": method, "url": f"http://m:{self.port}{target}", "timeout": 60,
                   "body": None if body is None else base64.b64encode(body).decode()} for library in LIBRARIES]
        answers = json.loads(fused.request("driver", "/do", "POST", json.dumps(orders).encode())[2])
        return [base64.b64decode(answer["body"]) if "body" in answer else None for answer in answers]


def accepts(host, port):
    try:
        socket.create_connection((host, port), 1).close()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
