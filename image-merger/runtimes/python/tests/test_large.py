"""Bodies of 64 MiB, or of as much as SINTER_TESTS_MIB says, pass whole and in bounded memory: both ways, from outside and between members."""

import hashlib
import os
import socket
import unittest

from .harness import FIXTURES, Fused, family, get, member, until

MEBIBYTES = int(os.environ.get("SINTER_TESTS_MIB", "64"))
GROWTH_KIB = 40 << 10
SERVERS = {"waitress": ["python3", "app.py", "waitress"], "gthread": ["gunicorn", "-b", "127.0.0.1:8080", "--threads", "4", "app:application"],
           "uvicorn": ["python3", "app.py", "uvicorn"], "handler": ["python3", "app.py", "handler"]}
LIBRARIES = ("http.client", "requests", "httpx", "httpx.async", "aiohttp")
BLOCK = bytes(range(256)) * 4096


class LargeTest(unittest.TestCase):
    def start(self, tier):
        directory = os.path.join(FIXTURES, "large")
        members = [member(name, argv, directory) for name, argv in SERVERS.items()]
        fused = Fused(members, [("handler", name) for name in SERVERS if name != "handler"] + [("waitress", "handler")], tier)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_bodies_from_and_to_outside(self):
        for tier in ("IN_PROCESS", "FORKED"):
            fused = self.start(tier)
            for name in SERVERS:
                with self.subTest(tier, server=name), bounded(self, fused):
                    self.assertEqual(expected(), upload(fused, name))
                with self.subTest(tier, server=name), bounded(self, fused):
                    self.assertEqual(expected(), download(fused, name))

    def test_bodies_between_members(self):
        for tier in ("IN_PROCESS", "FORKED"):
            fused = self.start(tier)
            calls = 0
            for callee in SERVERS:
                caller = "handler" if callee != "handler" else "waitress"
                # Every library with one server and every server with one library; in the long form all with all.
                for library in LIBRARIES if callee == "uvicorn" or MEBIBYTES > 64 else LIBRARIES[:1]:
                    for direction in ("up", "down"):
                        fused.request(caller, f"/move/{callee}/{library}/{direction}/1")
                        with self.subTest(tier, callee=callee, library=library, direction=direction), bounded(self, fused):
                            self.assertEqual(expected(), fused.request(caller, f"/move/{callee}/{library}/{direction}/{MEBIBYTES}", seconds=600)[2])
                        calls += 2
            until(lambda: f"sinter_local_calls_total {calls}".encode() in get(fused.admin, "/metrics")[1], "the calls were local")


class bounded:
    """No process of the workload grows by more than GROWTH_KIB at its highest, over what it had before."""

    def __init__(self, test, fused):
        self._test = test
        self._pids = family(fused.process.pid)

    def __enter__(self):
        for pid in self._pids:
            # From now on VmHWM counts anew.
            with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")
        self._before = {pid: kib(pid, "VmHWM") for pid in self._pids}

    def __exit__(self, kind, *_):
        if kind is None:
            for pid, before in self._before.items():
                self._test.assertLess(kib(pid, "VmHWM") - before, GROWTH_KIB)


def kib(pid, what):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))


def expected():
    digest = hashlib.blake2b(digest_size=8)
    for _ in range(MEBIBYTES):
        digest.update(BLOCK)
    return f"{MEBIBYTES << 20} {digest.hexdigest()}".encode()


def upload(fused, name):
    with socket.create_connection(("127.0.0.1", fused.port), 60) as sock:
        sock.sendall(f"POST /up HTTP/1.1\r\nHost: {name}\r\nContent-Length: {MEBIBYTES << 20}\r\nConnection: close\r\n\r\n".encode())
        for _ in range(MEBIBYTES):
            sock.sendall(BLOCK)
        return b"".join(iter(lambda: sock.recv(65536), b"")).partition(b"\r\n\r\n")[2]


def download(fused, name):
    with socket.create_connection(("127.0.0.1", fused.port), 60) as sock:
        sock.sendall(f"GET /down/{MEBIBYTES} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += sock.recv(65536)
        data = data.partition(b"\r\n\r\n")[2] or sock.recv(1 << 18)
        digest, size = hashlib.blake2b(digest_size=8), 0
        while data:
            digest.update(data)
            size += len(data)
            data = sock.recv(1 << 18)
        return f"{size} {digest.hexdigest()}".encode()


if __name__ == "__main__":
    unittest.main()
