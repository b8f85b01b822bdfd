"""Members in processes of their own: same answers, contained faults, restarts."""

import os
import signal
import unittest

from sinter_runtime.backoff import BackOff

from .harness import FIXTURES, Fused, get, member, until
from .kitchen import Kitchen
from .otlp import Collector
from .test_clients import targets_of
from .test_faults import pid_of

FAULTY = os.path.join(FIXTURES, "faulty")
TIERS = ("FORKED", "CO_PROCESS")


def faulty(name, **env):
    return member(name, ["python3", "app.py"], FAULTY, env=env)


class TiersTest(unittest.TestCase):
    maxDiff = None

    def start(self, members, local=(), **more):
        fused = Fused(members, local, **more)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_answers_across_processes_are_those_of_the_servers_alone(self):
        kitchen = Kitchen(("waitress", "uvicorn", "handler11"), "FORKED")
        self.addCleanup(kitchen.close)
        for server in ("waitress", "uvicorn", "handler11"):
            calls = [{"library": library, "method": "GET", "target": target}
                     for library in ("requests", "httpx", "httpx.async", "aiohttp") for target in targets_of(server)]
            calls += [{"library": library, "method": "POST", "target": "/echo", "body": b"\x00\xff" * 300000}
                      for library in ("http.client", "httpx.async")]
            calls += [{"library": library, "method": "GET", "target": "/sleep?0.6", "timeout": 0.2}
                      for library in ("requests", "httpx", "httpx.async", "aiohttp")]
            for call, alone, fused in kitchen.compare(server, calls):
                with self.subTest(server=server, library=call["library"], target=call["target"]):
                    self.assertEqual(alone, fused)

    def test_each_member_is_a_process_and_calls_between_them_stay_inside(self):
        collector = Collector()
        self.addCleanup(collector.close)
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier,
                                   env={"SINTER_OTLP_ENDPOINT": collector.endpoint})
                own, other = fused.request("a", "/pid")[2], fused.request("a", "/call/b/pid")[2]
                self.assertNotEqual(own, other)
                self.assertNotEqual(str(fused.process.pid).encode(), own)
                self.assertEqual(other, fused.request("b", "/pid")[2])
                until(lambda: len(collector.spans) >= 2, "the call was exported")
                self.assertEqual({2, 3}, {span["kind"] for span in collector.spans})
                until(lambda: b"sinter_local_calls_total 1" in get(fused.admin, "/metrics")[1], "the call was counted")
                collector.spans.clear()

    def test_a_member_that_dies_is_started_again_and_hurts_no_other(self):
        for tier in TIERS:
            for death in ("die", "crash", "abort"):
                with self.subTest(tier, death=death):
                    fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier)
                    keeper, victim = fused.request("a", "/pid")[2], fused.request("b", "/pid")[2]
                    self.assertIn(b"RemoteDisconnected", fused.request("a", f"/call/b/{death}")[2])
                    until(lambda: pid_of(fused, "b"), "b lives again", 20)
                    self.assertNotEqual(victim, fused.request("b", "/pid")[2])
                    self.assertIn("SNT0247: member b ended", fused.process.output())
                    until(lambda: fused.request("a", "/call/b/pid")[2].isdigit(), "b is called locally again", 20)
                    self.assertEqual(keeper, fused.request("a", "/pid")[2])

    def test_a_member_whose_server_ends_is_started_again(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier)
                victim = fused.request("b", "/pid")[2]
                self.assertEqual(b"plain", fused.request("a", "/call/b/stop")[2])
                until(lambda: pid_of(fused, "b") not in (victim, None), "b lives again", 20)
                self.assertEqual(1, fused.process.output().count("SNT0236: member b stopped serving: its entry point returned"))
                self.assertEqual(1, fused.process.output().count("SNT0247: member b ended with exit code 1"))

    def test_what_a_member_started_goes_with_it_and_holds_nobody_up(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier)
                # It holds all that b's process held: the control line, the pipes, the caller's connection.
                orphan = int(fused.request("a", "/call/b/spawn")[2])
                self.assertIn(b"RemoteDisconnected", fused.request("a", "/call/b/die")[2])
                until(lambda: pid_of(fused, "b"), "b lives again", 20)
                until(lambda: not alive(orphan), "its child is gone", 20)
                fused.process.terminate()
                self.assertEqual(0, fused.process.wait())

    def test_a_process_that_stands_still_is_killed_and_started_again(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier=tier, env={"SINTER_STUCK_SECONDS": "2"})
                keeper, victim = fused.request("a", "/pid")[2], fused.request("b", "/pid")[2]
                # As native code that keeps the interpreter to itself.
                until(lambda: b'sinter_member_way{member="b",way="handler"}' in get(fused.admin, "/metrics")[1], "it has begun to report")
                os.kill(int(victim), signal.SIGSTOP)
                until(lambda: pid_of(fused, "b") not in (victim, None), "b lives again", 30)
                self.assertIn("SNT0249: member b", fused.process.output())
                self.assertEqual(keeper, fused.request("a", "/pid")[2])

    def test_a_front_that_dies_is_started_again_and_finds_the_members_as_they_are(self):
        fused = self.start([faulty("a"), faulty("b")], [("a", "b")], tier="CO_PROCESS")
        members = {int(fused.request(name, "/pid")[2]) for name in ("a", "b")}
        with open(f"/proc/{fused.process.pid}/task/{fused.process.pid}/children", encoding="ascii") as file:
            (front,) = {int(pid) for pid in file.read().split()} - members
        os.kill(front, signal.SIGKILL)
        until(lambda: pid_of(fused, "a") and pid_of(fused, "b"), "it serves again", 20)
        self.assertEqual(members, {int(fused.request(name, "/pid")[2]) for name in ("a", "b")})
        self.assertIn("SNT0247: the front ended with signal 9", fused.process.output())
        self.assertEqual(200, get(fused.admin, "/ready")[0])

    def test_a_member_that_fails_at_start_ends_the_workload_with_its_reason(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = Fused([faulty("a"), faulty("b", FAULT="exit")], [], tier=tier, wait=False)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                self.assertEqual(1, fused.process.wait())
                self.assertIn("SNT0244: member b", fused.process.output())

    def test_nothing_lives_on_without_its_supervisor(self):
        for tier in TIERS:
            with self.subTest(tier):
                fused = self.start([faulty("a"), faulty("b")], [], tier=tier)
                pids = [int(fused.request(name, "/pid")[2]) for name in ("a", "b")]
                os.kill(fused.process.pid, signal.SIGKILL)
                until(lambda: not any(alive(pid) for pid in pids), "the members ended", 10)


class BackOffTest(unittest.TestCase):
    def test_pauses_double_up_to_a_bound_and_begin_anew_after_a_healthy_run(self):
        back_off = BackOff()
        self.assertEqual([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0], [round(back_off.after(1.0), 3) for _ in range(9)])
        self.assertEqual([0.1, 0.2], [back_off.after(31.0), back_off.after(1.0)])


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
