"""What goes wrong inside a member: its caller sees what it would have seen, the others go on, and it is said once."""

import os
import resource
import unittest
from http.client import HTTPException
from threading import Thread

from .harness import FIXTURES, Fused, get, member, until

FAULTY = os.path.join(FIXTURES, "faulty")
TIERS = ("IN_PROCESS", "FORKED", "CO_PROCESS")


def faulty(name, fault=""):
    return member(name, ["python3", "app.py"], FAULTY, env={"FAULT": fault})


class FaultsTest(unittest.TestCase):
    def start(self, members, local, tier, **env):
        fused = Fused(members, local, tier, env=env)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_a_handler_that_raises_or_exits_fails_its_own_request(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier)
                victim = fused.request("b", "/pid")[2]
                for fault in ("raise", "exit"):
                    self.assertIn(b"RemoteDisconnected", fused.request("a", f"/call/b/{fault}")[2])
                    self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])
                self.assertEqual(victim, fused.request("b", "/pid")[2])
                self.assertIn("raised on purpose", fused.process.output())

    def test_what_ends_a_process_is_said_once_with_its_member(self):
        for tier in TIERS:
            for fault, words in (("die", "os._exit(9)"), ("crash", "Segmentation fault")):
                with self.subTest(tier, fault=fault):
                    fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier)
                    if tier == "IN_PROCESS":
                        with self.assertRaises((OSError, HTTPException)):
                            fused.request("a", f"/call/b/{fault}")
                        fused.process.wait()
                        self.assertEqual(1, fused.process.output().count(words), fused.process.output())
                        if fault == "die":
                            self.assertEqual(1, fused.process.output().count("SNT0236: member b stopped"))
                        else:
                            self.assertIn(os.path.join(FAULTY, "app.py"), fused.process.output())
                    else:
                        self.assertIn(b"RemoteDisconnected", fused.request("a", f"/call/b/{fault}")[2])
                        until(lambda: pid_of(fused, "b"), "b lives again", 20)
                        self.assertEqual(1, fused.process.output().count("SNT0247: member b ended"))

    def test_members_that_call_each_other_without_end_fail_that_call_alone(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a", "2"), faulty("b", "2")], [("a", "b"), ("b", "a"), ("a", "a")], tier)
                for path in ("/endless/b/a", "/endless/a/a"):
                    self.assertIn(b"Error", fused.request("a", path)[2])
                    until(lambda: fused.request("a", "/call/b/x")[2] == b"plain", "it serves", 20)

    def test_leaks_of_one_process_are_its_own(self):
        for tier in ("FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier, SINTER_MEMBER_FILES="64", SINTER_MEMBER_MEMORY_MIB="256")
                for leak in ("hoard/512", "leak/100"):
                    self.assertIn(b"RemoteDisconnected", fused.request("a", f"/call/b/{leak}")[2])
                    self.assertEqual(b"plain", fused.request("a", "/x")[2])
                self.assertEqual(1, fused.process.output().count("MemoryError\n"))

    def test_descriptors_used_up_in_one_process_fail_calls_and_heal(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")], "IN_PROCESS")
        resource.prlimit(fused.process.pid, resource.RLIMIT_NOFILE, (64, 64))
        self.assertIn(b"RemoteDisconnected", fused.request("a", "/call/b/leak/100")[2])
        self.assertIn("Too many open files", fused.process.output())
        self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])

    def test_a_body_read_twice_is_empty_the_second_time(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier)
                self.assertEqual(b"5 0", fused.request("b", "/twice", "GET", b"hello")[2])

    def test_a_handler_that_forks_has_a_child_of_its_own(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier)
                self.assertEqual(b"7", fused.request("a", "/call/b/fork")[2])
                self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])

    def test_calls_that_never_end_are_told_to_liveness_when_nothing_else_can_be_served(self):
        fused = self.start([faulty("a", "0.2"), faulty("b", "single")], [("a", "b")], "IN_PROCESS", SINTER_STUCK_SECONDS="1")
        self.assertIn(b"imed out", fused.request("a", "/call/b/hang")[2])
        until(lambda: get(fused.admin, "/live")[0] == 503, "liveness tells of it", 20)
        self.assertIn(b'"stuck": ["b"]', get(fused.admin, "/live")[1])
        until(lambda: "SNT0249: member b" in fused.process.output(), "it is said", 5)
        self.assertIn(b'sinter_stuck_calls{member="b"} 1', get(fused.admin, "/metrics")[1])
        self.assertEqual(1, fused.process.output().count("SNT0249: member b"))
        self.assertEqual(b"plain", fused.request("a", "/x")[2])

    def test_a_loop_that_never_ends_leaves_the_others_their_turns(self):
        fused = self.start([faulty("a", "0.5"), faulty("b")], [("a", "b")], "IN_PROCESS", SINTER_STUCK_SECONDS="1")
        self.assertIn(b"imed out", fused.request("a", "/call/b/loop")[2])
        self.assertEqual(b"plain", fused.request("a", "/x")[2])
        until(lambda: "SNT0249: member b" in fused.process.output(), "it is said", 10)
        self.assertEqual(1, fused.process.output().count("SNT0249"))

    def test_one_stuck_call_of_a_threaded_server_ends_nothing(self):
        fused = self.start([faulty("a", "0.2"), faulty("b")], [("a", "b")], "IN_PROCESS", SINTER_STUCK_SECONDS="1")
        self.assertIn(b"imed out", fused.request("a", "/call/b/hang")[2])
        until(lambda: b'sinter_stuck_calls{member="b"} 1' in get(fused.admin, "/metrics")[1], "it is counted", 20)
        self.assertEqual(200, get(fused.admin, "/live")[0])
        self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])

    def test_a_process_that_is_stuck_is_started_again(self):
        for tier in ("FORKED", "CO_PROCESS"):
            for fault in ("hang", "loop"):
                with self.subTest(tier, fault=fault):
                    fused = self.start([faulty("a", "0.5"), faulty("b", "single")], [("a", "b")], tier, SINTER_STUCK_SECONDS="2")
                    victim = fused.request("b", "/pid")[2]
                    self.assertIn(b"imed out", fused.request("a", f"/call/b/{fault}")[2])
                    until(lambda: pid_of(fused, "b") not in (victim, None), "b lives again", 30)
                    self.assertIn("SNT0249: member b", fused.process.output())
                    self.assertEqual(200, get(fused.admin, "/live")[0])

    def test_a_member_that_dies_under_every_call_is_left_alone_for_a_while(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")], "FORKED")
        for _ in range(3):
            until(lambda: pid_of(fused, "b"), "b lives", 20)
            until(lambda: b"RemoteDisconnected" in fused.request("a", "/call/b/die")[2], "the call reached it", 20)
        until(lambda: pid_of(fused, "b"), "b lives again", 20)
        self.assertIn(b"URLError", fused.request("a", "/call/b/x")[2])
        until(lambda: b'sinter_spilled_total{cause="open"} ' in get(fused.admin, "/metrics")[1] and
              b'sinter_spilled_total{cause="open"} 0' not in get(fused.admin, "/metrics")[1], "the spill was counted", 20)
        until(lambda: fused.request("a", "/call/b/x")[2] == b"plain", "it is tried again", 20)

    def test_above_the_bound_calls_leave_the_process(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")], "IN_PROCESS", SINTER_LOCAL_CONCURRENCY="2")
        threads = [Thread(target=fused.request, args=("a", "/call/b/sleep/1.5")) for _ in range(2)]
        for thread in threads:
            thread.start()
        until(lambda: b'sinter_active_calls{member="b"} 2' in get(fused.admin, "/metrics")[1], "both run", 10)
        self.assertIn(b"URLError", fused.request("a", "/call/b/x")[2])
        for thread in threads:
            thread.join()
        self.assertEqual(b"plain", fused.request("a", "/call/b/x")[2])
        self.assertNotIn(b'sinter_spilled_total{cause="busy"} 0', get(fused.admin, "/metrics")[1])

    def test_calling_oneself_on_a_single_threaded_server_waits_until_the_client_gives_up(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a", "0.5"), faulty("b", "single")], [("a", "b"), ("b", "a"), ("b", "b")], tier)
                self.assertIn(b"imed out", fused.request("a", "/call/b/call/b/x")[2])
                self.assertIn(b"imed out", fused.request("a", "/call/b/call/a/call/b/x")[2])


def pid_of(fused, name):
    """None while the member is being started again."""
    try:
        answer = fused.request(name, "/pid")[2]
    except OSError:
        return None
    return answer if answer.isdigit() else None


if __name__ == "__main__":
    unittest.main()
