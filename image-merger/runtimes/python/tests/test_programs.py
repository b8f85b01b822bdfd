"""CO_PROCESS members that no rule can take over: programs that run unmodified, beside a captured member."""

import json
import os
import signal
import socket
import sys
import threading
import unittest

from .harness import FIXTURES, Fused, free_port, get, member, until
from .otlp import Collector
from .test_tiers import alive

PROGRAM = os.path.join(FIXTURES, "program")
FAULTY = os.path.join(FIXTURES, "faulty")


def program(name, listens, argv=("python3", "app.py"), port=None, stop_signal="SIGTERM", **env):
    # As its image would have it: exact values, and PATH finds the interpreter.
    variables = {"PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin", "PYTHON": sys.executable, "LISTENS": str(listens)}
    variables.update(env)
    return member(name, list(argv), PROGRAM, port=port or listens, env=variables, captured=False, listens=listens,
                  workingDir=PROGRAM, relocated=[], stopSignal=stop_signal)


def function(name):
    return member(name, ["python3", "app.py"], FAULTY)


class ProgramsTest(unittest.TestCase):
    maxDiff = None

    def start(self, members, local=(), **more):
        fused = Fused(members, local, "CO_PROCESS", **more)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_a_program_is_started_as_its_image_says_and_nothing_of_ours_is_in_it(self):
        fused = self.start([program("n", free_port(), ["sh", "serve.sh"], GREETING="hello world"), function("p")])
        shown = json.loads(fused.request("n", "/shown/x?y=1", headers={"X-Odd": "a  b"})[2])
        self.assertEqual(PROGRAM, shown["cwd"])
        self.assertEqual(["app.py"], shown["argv"])
        self.assertEqual("hello world", shown["env"]["GREETING"])
        self.assertEqual([], [name for name in shown["env"] if name.startswith("SINTER_") or name == "PORT"])
        self.assertEqual([["Accept-Encoding", "identity"], ["Host", "n"], ["X-Odd", "a  b"]], shown["headers"])
        until(lambda: "[n] listening\n" in fused.process.output(), "its lines begin with its name", 5)
        self.assertIn(f"[n] starting in {PROGRAM} as hello world\n", fused.process.output())

    def test_requests_are_passed_on_as_a_sidecar_would(self):
        fused = self.start([program("n", free_port()), function("p")])
        status, headers, body = fused.request("n", "/missing")
        self.assertEqual((404, b"plain", ["a=1", "b=2"]), (status, body, headers.get_all("Set-Cookie")))
        self.assertEqual((200, "5", b""), _head(fused.request("n", "/x", "HEAD")))
        self.assertEqual(b"3000000", fused.request("n", "/up", "POST", bytes(3000000))[2])
        self.assertEqual(b"3000000", fused.request("n", "/up", "POST", iter([bytes(1000000)] * 3))[2])
        self.assertEqual(b"0\n1\n2\n", fused.request("n", "/stream")[2])
        # A request may come before the connection of the last one is back.
        clients = {json.loads(fused.request("n", "/shown")[2])["client"] for _ in range(20)}
        self.assertLess(len(clients), 20, "connections are kept")

    def test_a_streamed_answer_comes_as_it_is_made(self):
        fused = self.start([program("n", free_port()), function("p")])
        with socket.create_connection(("127.0.0.1", fused.port), 20) as client:
            client.sendall(b"GET /stream/slowly HTTP/1.1\r\nHost: n\r\n\r\n")
            read = b""
            while b"0\n" not in read:
                read += client.recv(4096)
            fused.request("n", "/go-on", "POST", b"")
            while not read.endswith(b"0\r\n\r\n"):
                read += client.recv(4096)

    def test_an_answer_that_breaks_off_breaks_off(self):
        import http.client

        fused = self.start([program("n", free_port()), function("p")])
        with self.assertRaises(http.client.IncompleteRead):
            fused.request("n", "/stream/cut")

    def test_functions_call_programs_and_the_call_is_measured(self):
        collector = Collector()
        self.addCleanup(collector.close)
        fused = self.start([program("n", free_port(), port=8080), function("p")], [("p", "n")],
                           env={"SINTER_OTLP_ENDPOINT": collector.endpoint})
        shown = json.loads(fused.request("p", "/call/n/shown")[2])
        names = [name.lower() for name, _ in shown["headers"]]
        self.assertIn("traceparent", names)
        self.assertIn("x-request-id", names)
        until(lambda: len(collector.spans) >= 2, "the call was exported")
        self.assertEqual({(3, "p"), (2, "n")}, {(s["kind"], s["attributes"]["sinter.function"]) for s in collector.spans})

    def test_programs_call_functions_and_each_other_over_loopback_addresses(self):
        collector = Collector()
        self.addCleanup(collector.close)
        ports = [free_port() for _ in range(2)]
        plan = {"loopback": [{"name": "p", "address": "127.7.0.3", "port": 8080}, {"name": "m", "address": "127.7.0.2", "port": ports[1]}]}
        fused = self.start([program("n", ports[0]), program("m", ports[1]), function("p")], [("n", "p"), ("n", "m")], plan=plan,
                           env={"SINTER_OTLP_ENDPOINT": collector.endpoint})
        self.assertEqual(b"plain", fused.request("n", "/call/127.7.0.3:8080/x")[2])
        self.assertEqual(fused.request("m", "/pid")[2], fused.request("n", f"/call/127.7.0.2:{ports[1]}/pid")[2])
        until(lambda: len(collector.spans) >= 2, "the call through the door was exported")
        self.assertEqual({(3, "n"), (2, "p")}, {(s["kind"], s["attributes"]["sinter.function"]) for s in collector.spans})

    def test_a_program_that_dies_is_started_again_with_all_it_left_behind_gone(self):
        fused = self.start([program("n", free_port(), ["sh", "serve.sh"], GREETING=""), function("p")], [("p", "n")])
        server = int(fused.request("n", "/pid")[2])
        keeper = fused.request("p", "/pid")[2]
        with open(f"/proc/{server}/stat", encoding="ascii") as file:
            shell = int(file.read().rpartition(")")[2].split()[1])
        os.kill(shell, signal.SIGKILL)
        until(lambda: not alive(server), "the server of the shell that died is gone", 10)
        until(lambda: serves(fused), "n serves again", 20)
        self.assertNotEqual(str(server).encode(), fused.request("n", "/pid")[2])
        self.assertEqual(keeper, fused.request("p", "/pid")[2])
        self.assertIn("SNT0247: member n ended with signal 9", fused.process.output())

    def test_while_it_is_down_readiness_tells_and_requests_are_refused(self):
        fused = self.start([program("n", free_port()), function("p")])
        for _ in range(4):
            # Each death makes the pause longer.
            until(lambda: serves(fused), "n serves", 20)
            with self.assertRaises(OSError):
                fused.request("n", "/die")
        until(lambda: get(fused.admin, "/ready")[0] == 503, "readiness tells", 5)
        self.assertEqual(200, fused.request("p", "/x")[0])
        until(lambda: serves(fused), "n serves again", 20)

    def test_a_program_that_fails_at_start_ends_the_workload_with_its_reason(self):
        for argv, env, words in ((["python3", "app.py"], {"FAULT": "exit"}, "[n] no configuration found"),
                                 (["no-such-command"], {}, "[n] SNT0250: no-such-command")):
            with self.subTest(argv):
                fused = Fused([program("n", free_port(), argv, **env), function("p")], [], "CO_PROCESS", wait=False)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                self.assertEqual(1, fused.process.wait())
                self.assertIn("SNT0244: member n ended while starting", fused.process.output())
                self.assertIn(words, fused.process.output())

    def test_a_taken_port_is_one_coded_message(self):
        with socket.create_server(("", 0)) as taken:
            fused = Fused([program("n", taken.getsockname()[1]), function("p")], [], "CO_PROCESS", wait=False)
            self.addCleanup(fused.__exit__)
            fused.__enter__()
            self.assertEqual(1, fused.process.wait())
            self.assertIn("SNT0246: port", fused.process.output())

    def test_sigterm_lets_a_running_request_end_then_the_program_is_told_by_its_own_signal(self):
        for name in ("SIGTERM", "USR1"):
            with self.subTest(name):
                fused = self.start([program("n", free_port(), stop_signal=name), function("p")])
                server = int(fused.request("n", "/pid")[2])
                answers = []
                thread = threading.Thread(target=lambda: answers.append(fused.request("n", "/sleep/1")))
                thread.start()
                until(lambda: b"sinter_front_requests_total 2" in get(fused.admin, "/metrics")[1], "it is being served")
                fused.process.terminate()
                thread.join()
                self.assertEqual((200, b"plain"), (answers[0][0], answers[0][2]))
                self.assertEqual(0, fused.process.wait())
                self.assertIn("[n] told to end\n", fused.process.output())
                self.assertFalse(alive(server))

    def test_nothing_lives_on_without_its_supervisor(self):
        fused = self.start([program("n", free_port()), function("p")])
        server = int(fused.request("n", "/pid")[2])
        os.kill(fused.process.pid, signal.SIGKILL)
        until(lambda: not alive(server), "the program ended", 10)

    def test_limits_hold_for_programs_too(self):
        fused = self.start([program("n", free_port()), function("p")], env={"SINTER_MEMBER_FILES": "100", "SINTER_MEMBER_MEMORY_MIB": "300"})
        self.assertEqual([100, 300 << 20], json.loads(fused.request("n", "/limits")[2]))

    def test_a_program_that_listens_on_loopback_alone_is_reached_too(self):
        fused = self.start([program("n", free_port(), LISTEN="127.0.0.1"), function("p")])
        self.assertEqual(b"plain", fused.request("n", "/x")[2])

    def test_upgrades_and_odd_requests_meet_the_program_itself(self):
        fused = self.start([program("n", free_port()), function("p")])
        with socket.create_connection(("127.0.0.1", fused.port), 20) as client:
            client.sendall(b"BREW /x HTTP/1.1\r\nHost: n\r\n\r\n")
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 501 Unsupported method"))

    def test_a_plan_with_a_program_in_another_tier_is_refused(self):
        fused = Fused([program("n", free_port()), function("p")], [], "FORKED", wait=False)
        self.addCleanup(fused.__exit__)
        fused.__enter__()
        self.assertEqual(1, fused.process.wait())
        self.assertIn("SNT0251", fused.process.output())


def serves(fused):
    """A connection that was kept ends with the program that dies."""
    try:
        return fused.request("n", "/x")[0] == 200
    except OSError:
        return False


def _head(answer):
    return answer[0], answer[1]["Content-Length"], answer[2]


if __name__ == "__main__":
    unittest.main()
