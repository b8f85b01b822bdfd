"""The life of a fused workload: start, spans, spill, drain, and what it says when something is wrong."""

import json
import os
import socket
import unittest

from .harness import FIXTURES, Fused, get, member, until
from .otlp import Collector

FAULTY = os.path.join(FIXTURES, "faulty")


def faulty(name, **env):
    return member(name, ["python3", "app.py"], FAULTY, env=env)


class RuntimeTest(unittest.TestCase):
    def start(self, members, local=(), **more):
        fused = Fused(members, local, **more)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_a_local_call_is_reported_as_the_proxies_would(self):
        collector = Collector()
        self.addCleanup(collector.close)
        fused = self.start([faulty("a"), faulty("b"), faulty("c")], [("a", "b"), ("b", "c")], env={
            "SINTER_OTLP_ENDPOINT": collector.endpoint, "SINTER_OTLP_TOKEN": "secret", "SINTER_NODE_ID": "tree/fused-g1"})
        trace = "0af7651916cd43dd8448eb211c80319c"
        status, _, body = fused.request("a", "/call/b/call/c/x", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
        self.assertEqual((200, b"plain"), (status, body))
        until(lambda: len(collector.spans) >= 4, "both calls were exported")
        self.assertEqual({"secret"}, collector.tokens)
        self.assertEqual({"service.name": "fused-g1.tree", "node_id": "tree/fused-g1"}, collector.resources[0])
        by_end = {(span["kind"], span["attributes"]["sinter.function"]): span for span in collector.spans}
        ab, b, bc, c = by_end[3, "a"], by_end[2, "b"], by_end[3, "b"], by_end[2, "c"]
        self.assertEqual({trace}, {span["trace"] for span in collector.spans})
        self.assertEqual(("b7ad6b7169203331", ab["id"], b["id"], bc["id"]), (ab["parent"], b["parent"], bc["parent"], c["parent"]))
        self.assertEqual("egress b:8080", ab["name"])
        self.assertEqual("outbound|8080|fused-g1|b", ab["attributes"]["upstream_cluster"])
        self.assertEqual("outbound|8080|fused-g1|b", ab["attributes"]["upstream_cluster.name"])
        self.assertEqual("true", b["attributes"]["sinter.local"])
        self.assertEqual("tree/fused-g1", ab["attributes"]["node_id"])
        self.assertEqual("200", c["attributes"]["http.status_code"])
        self.assertLess(ab["start"], b["start"])
        self.assertLessEqual(b["start"], bc["start"])
        self.assertLessEqual(c["end"], bc["end"])
        self.assertLessEqual(b["end"], ab["end"])

    def test_a_collector_that_is_away_costs_spans_not_calls(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")], env={"SINTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})
        self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])
        until(lambda: b'cause="export_failed"} 2' in get(fused.admin, "/metrics")[1], "the drop was counted")

    def test_a_pair_that_is_not_local_leaves_the_process(self):
        fused = self.start([faulty("a"), faulty("b")], [])
        self.assertIn(b"URLError", fused.request("a", "/call/b/x")[2])
        self.assertEqual(b"plain", fused.request("b", "/x")[2])

    def test_calls_to_a_member_that_stopped_leave_the_process(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")])
        self.assertEqual(b"plain", fused.request("a", "/call/b/stop")[2])
        until(lambda: get(fused.admin, "/ready")[0] == 503, "readiness tells of the member that ended")
        self.assertIn(b"URLError", fused.request("a", "/call/b/x")[2])
        self.assertEqual(503, fused.request("b", "/x")[0])
        self.assertIn("SNT0236: member b", fused.process.output())
        self.assertEqual(200, get(fused.admin, "/live")[0])

    def test_deep_recursion_across_members_goes_on_over_their_own_servers(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b"), ("b", "a")])
        path = "/call/b/call/a" * 12
        self.assertEqual(b"plain", fused.request("a", path)[2])
        self.assertRegex(get(fused.admin, "/metrics")[1], rb'sinter_spilled_total\{cause="depth"\} [1-9]')
        self.assertIn(b'sinter_member_ready{member="a"} 1', get(fused.admin, "/metrics")[1])

    def test_one_member_answers_to_any_host(self):
        fused = self.start([faulty("a")])
        self.assertEqual(200, fused.request("whatever", "/x")[0])

    def test_a_large_upload_is_streamed_in_bounded_memory(self):
        fused = self.start([faulty("a")])
        megabytes = 256
        before = resident_kib(fused.process.pid)
        with socket.create_connection(("127.0.0.1", fused.port), 60) as sock:
            sock.sendall(f"POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: {megabytes << 20}\r\n\r\n".encode())
            block = bytes(1 << 20)
            for _ in range(megabytes):
                sock.sendall(block)
            answer = b""
            while str(megabytes << 20).encode() not in answer:
                answer += sock.recv(4096)
        self.assertLess(resident_kib(fused.process.pid) - before, 32 << 10)

    def test_a_large_body_of_a_local_call_is_streamed_in_bounded_memory(self):
        for tier in ("IN_PROCESS", "FORKED"):
            fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier)
            for library in ("urllib", "httpx"):
                with self.subTest(tier=tier, library=library):
                    fused.request("a", f"/upload/b/{library}/2")
                    pid = int(fused.request("a", "/pid")[2])
                    before = resident_kib(pid)
                    self.assertEqual(str(128 << 20).encode(), fused.request("a", f"/upload/b/{library}/128")[2])
                    self.assertLess(resident_kib(pid) - before, 32 << 10)
            until(lambda: b"sinter_local_calls_total 4" in get(fused.admin, "/metrics")[1], "the calls were local")

    def test_a_plan_that_is_wrong_is_one_coded_message(self):
        broken = (
            ({"members": []}, "SNT0232"), ({"apiVersion": "sinter.dev/fused/v9"}, "SNT0231"),
            ({"local": [["a", "x"]]}, "SNT0233"), ({"members": [{"name": "a"}]}, "SNT0230"),
            ({"members": [{"name": "a", "argv": ["python3"]}]}, "SNT0238"),
            ({"members": [{"name": "a", "argv": ["/bin/ls"]}]}, "SNT0239"),
            ({"members": [{"name": "a", "argv": ["no-such-command"]}]}, "SNT0240"))
        for change, code in broken:
            with self.subTest(code):
                fused = Fused([faulty("a")], [], wait=False)
                self.addCleanup(fused.__exit__)
                plan = os.path.join(fused.directory, "plan.json")
                with open(plan, encoding="utf-8") as file:
                    document = json.load(file)
                document.update(change)
                with open(plan, "w", encoding="utf-8") as file:
                    json.dump(document, file)
                fused.__enter__()
                self.assertEqual(1, fused.process.wait())
                self.assertIn(code, fused.process.output())
                self.assertNotIn("Traceback", fused.process.output())

    def test_a_member_that_fails_at_start_ends_the_workload_with_its_reason(self):
        for fault, words in (("exit", "sys.exit(3)"), ("raise", "RuntimeError: broken at start")):
            with self.subTest(fault):
                fused = Fused([faulty("a"), faulty("b", FAULT=fault)], [], wait=False)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                self.assertEqual(1, fused.process.wait())
                self.assertIn("SNT0244: member b", fused.process.output())
                self.assertIn(words, fused.process.output())

    def test_a_taken_port_is_one_coded_message(self):
        with socket.create_server(("", 0)) as taken:
            fused = Fused([faulty("a")], [], env={"PORT": str(taken.getsockname()[1])}, wait=False)
            self.addCleanup(fused.__exit__)
            fused.__enter__()
            self.assertEqual(1, fused.process.wait())
            self.assertIn("SNT0246", fused.process.output())


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


if __name__ == "__main__":
    unittest.main()
