"""Clients that resolve names in native code reach the remote copy, as ever; what resolves through Python stays inside."""

import os
import unittest

from .harness import FIXTURES, Alone, Fused, free_port, get, member, until

DIRECTORY = os.path.join(FIXTURES, "native")


class NativeTest(unittest.TestCase):
    def start(self, kind):
        """A caller, and a member that is called localhost: native code finds its remote copy under that name."""
        port = free_port()
        remote = Alone(["python3", "app.py", kind], DIRECTORY, port, {"REMOTE_PORT": str(port), "PORT": str(port), "WHO": "remote"})
        self.addCleanup(remote.__exit__)
        remote.__enter__()
        members = [member(name, ["python3", "app.py"], DIRECTORY, port=at, env={"REMOTE_PORT": str(port), "PORT": str(at), "WHO": "local"})
                   for name, at in (("a", 8080), ("localhost", port))]
        fused = Fused(members, [("a", "localhost")])
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_pycurl_goes_to_the_remote_copy(self):
        fused = self.start("http")
        self.assertEqual(b"remote", fused.request("a", "/pycurl")[2])
        self.assertIn(b"sinter_local_calls_total 0", get(fused.admin, "/metrics")[1])
        for library in ("urllib", "socket"):
            self.assertEqual(b"local", fused.request("a", "/" + library)[2])
        until(lambda: b"sinter_local_calls_total 2" in get(fused.admin, "/metrics")[1], "these were local")

    def test_grpc_goes_to_the_remote_copy(self):
        fused = self.start("grpc")
        self.assertEqual(b"remote", fused.request("a", "/grpc")[2])
        self.assertIn(b"sinter_local_calls_total 0", get(fused.admin, "/metrics")[1])


if __name__ == "__main__":
    unittest.main()
