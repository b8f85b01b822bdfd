"""SIGTERM: whoever has connected gets an answer, whoever has not is refused; no connection is cut off."""

import os
import signal
import socket
import threading
import unittest

from .harness import FIXTURES, Fused, get, member, until

FAULTY = os.path.join(FIXTURES, "faulty")
TIERS = ("IN_PROCESS", "FORKED", "CO_PROCESS")
REQUEST = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


def faulty(name, fault=""):
    return member(name, ["python3", "app.py"], FAULTY, env={"FAULT": fault})


class EndingTest(unittest.TestCase):
    def start(self, members, tier="IN_PROCESS", wait=True, **env):
        fused = Fused(members, [], tier, env=env, wait=wait)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def connected(self, fused, name="a"):
        """A connection with a request on it, as soon as the port takes it."""
        sock = socket.socket()
        self.addCleanup(sock.close)
        sock.settimeout(60)
        until(lambda: sock.connect_ex(("127.0.0.1", fused.port)) in (0, 106), "the port is there")
        sock.sendall(REQUEST.replace(b"Host: a", b"Host: " + name.encode()))
        return sock

    def test_a_running_request_ends(self):
        fused = self.start([faulty("a")])
        answers = []
        thread = threading.Thread(target=lambda: answers.append(fused.request("a", "/sleep/1")))
        thread.start()
        until(lambda: b"sinter_front_requests_total 1" in get(fused.admin, "/metrics")[1], "the request is being served")
        os.kill(fused.process.pid, signal.SIGTERM)
        thread.join()
        self.assertEqual((200, b"plain"), (answers[0][0], answers[0][2]))
        self.assertEqual(0, fused.process.wait())

    def test_an_idle_connection_does_not_hold_the_end_up(self):
        fused = self.start([faulty("a")], SINTER_GRACE_SECONDS="50")
        with socket.create_connection(("127.0.0.1", fused.port), 30) as served, \
                socket.create_connection(("127.0.0.1", fused.port), 30):
            served.sendall(REQUEST)
            self.assertTrue(served.recv(4096))
            os.kill(fused.process.pid, signal.SIGTERM)
            self.assertEqual(0, fused.process.wait(20))

    def test_clients_that_connect_all_the_time_are_answered_or_refused(self):
        for tier in ("IN_PROCESS", "FORKED"):
            with self.subTest(tier):
                fused = self.start([faulty("a")], tier)
                ends = []
                threads = [threading.Thread(target=lambda: ends.append(until_refused(fused.port))) for _ in range(8)]
                for thread in threads:
                    thread.start()
                until(lambda: b"sinter_front_requests_total 0" not in get(fused.admin, "/metrics")[1], "they are being served")
                os.kill(fused.process.pid, signal.SIGTERM)
                for thread in threads:
                    thread.join()
                self.assertEqual(["refused"] * 8, ends)
                self.assertEqual(0, fused.process.wait())

    def test_whoever_waits_for_members_that_are_being_loaded_is_served_before_the_end(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b", "slow 3")], tier, wait=False, SINTER_GRACE_SECONDS="50")
                sock = self.connected(fused)
                os.kill(fused.process.pid, signal.SIGTERM)
                self.assertTrue(sock.recv(4096).startswith(b"HTTP/1.1 200"), fused.process.output())
                self.assertEqual(0, fused.process.wait())

    def test_whoever_waits_for_members_that_take_too_long_is_refused(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b", "slow 100")], tier, wait=False, SINTER_GRACE_SECONDS="1")
                sock = self.connected(fused, "b")
                os.kill(fused.process.pid, signal.SIGTERM)
                self.assertTrue(sock.recv(4096).startswith(b"HTTP/1.1 503"), fused.process.output())
                self.assertEqual(0, fused.process.wait())
                self.assertNotIn("ready on port", fused.process.output())

    def test_members_nobody_waits_for_are_not_loaded_to_the_end(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a", "slow 100")], tier, wait=False, SINTER_GRACE_SECONDS="50")
                until(lambda: get(fused.admin, "/ready")[0] == 503, "it is being loaded")
                os.kill(fused.process.pid, signal.SIGTERM)
                self.assertEqual(0, fused.process.wait(20))


def until_refused(port):
    """How a client that opens one connection after the other ends: refused, or what went wrong."""
    while True:
        try:
            sock = socket.create_connection(("127.0.0.1", port), 30)
        except ConnectionRefusedError:
            return "refused"
        with sock:
            try:
                sock.sendall(REQUEST)
                data = sock.recv(4096)
            except OSError as error:
                return repr(error)
        if not data.startswith(b"HTTP/1.1 200"):
            return repr(data)


if __name__ == "__main__":
    unittest.main()
