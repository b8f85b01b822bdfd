"""What members say reaches the log in whole lines, each with its member's name."""

import os
import re
import selectors
import threading
import unittest

from sinter_runtime.lines import LONGEST_PIECE, Lines, Writer
from sinter_runtime.outputs import Outputs

from .harness import FIXTURES, Fused, free_port, get, member, until
from .test_programs import program

FAULTY = os.path.join(FIXTURES, "faulty")
LINES, LENGTH = 40, 6000


def function(name):
    return member(name, ["python3", "app.py"], FAULTY)


class OutputsTest(unittest.TestCase):
    def start(self, members, tier, **more):
        fused = Fused(members, [], tier, **more)
        self.addCleanup(fused.__exit__)
        return fused.__enter__()

    def test_lines_written_in_pieces_by_all_at_once_are_whole(self):
        for tier in ("FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                members = [function("a"), function("b"), function("c")]
                if tier == "CO_PROCESS":
                    members[2:] = [program("c", free_port()), program("d", free_port())]
                names = [one["name"] for one in members]
                fused = self.start(members, tier)
                threads = [threading.Thread(target=fused.request, args=(name, f"/say/{name}/{LINES}/{LENGTH}")) for name in names]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                whole = re.compile(r"\[(.)\] (.) (\d+) x{%d} end\Z" % LENGTH)

                def said():
                    found = [whole.match(line) for line in fused.process.output().split("\n") if "x" in line]
                    return None if None in found else sorted(match.groups() for match in found)

                until(lambda: said() is not None and len(said()) == LINES * len(names), "all was said", 20)
                self.assertEqual(sorted((name, name, str(number)) for name in names for number in range(LINES)), said())

    def test_last_words_without_an_end_are_a_line(self):
        for tier, one in (("FORKED", function("n")), ("CO_PROCESS", function("n")), ("CO_PROCESS", program("n", free_port()))):
            with self.subTest(tier, captured=one.get("captured", True)):
                fused = self.start([one, function("p")], tier)
                with self.assertRaises(OSError):
                    fused.request("n", "/die/nothing-left")
                until(lambda: "SNT0247: member n" in fused.process.output(), "its end is told", 20)
                self.assertIn("\n[n] nothing-left\n", fused.process.output())
                self.assertIn("\nSNT0247: member n", fused.process.output())

    def test_an_unfinished_line_is_shown_after_a_while_and_ended_by_the_next(self):
        fused = self.start([function("n"), function("p")], "FORKED")
        fused.request("n", "/mutter/hm")
        until(lambda: fused.process.output().endswith("\n[n] hm"), "it is shown", 20)
        fused.request("p", "/say/well/2/3")
        until(lambda: "[n] hm\n[p] well " in fused.process.output(), "it is ended", 20)
        fused.request("n", "/mutter/hm")
        until(lambda: fused.process.output().endswith("\n[n] hm"), "it goes on", 20)

    def test_a_log_that_nobody_reads_holds_up_those_who_write_alone(self):
        for tier in ("FORKED", "CO_PROCESS"):
            with self.subTest(tier):
                fused = Fused([function("n"), function("p")], [], tier, env={"SINTER_GRACE_SECONDS": "1"}, wait=False)
                fifo = os.path.join(fused.directory, "log")
                os.mkfifo(fifo)
                reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
                self.addCleanup(os.close, reader)
                self.addCleanup(fused.__exit__)
                fused.__enter__()
                until(lambda: get(fused.admin, "/ready")[0] == 200, "it is ready")
                ends = []
                writer = threading.Thread(target=lambda: ends.append(answer(fused, "/say/n/100/9000")))
                writer.start()
                until(lambda: b'sinter_front_requests_total 1' in get(fused.admin, "/metrics")[1], "it writes", 20)
                self.assertEqual(200, fused.request("p", "/x")[0])
                self.assertEqual([], ends)
                fused.process.terminate()
                self.assertEqual(0, fused.process.wait(60))
                writer.join()
                self.assertTrue(os.read(reader, 65536))


class PassingTest(unittest.TestCase):
    """Outputs alone, between pipes."""

    def setUp(self):
        self.log, end = os.pipe()
        self.selector = selectors.DefaultSelector()
        self.outputs = Outputs(self.selector, end, end)
        os.close(end)
        self.addCleanup(os.close, self.log)
        self.addCleanup(self.selector.close)

    def turn(self):
        for key, _ in self.selector.select(0):
            key.data()

    def test_any_bytes_pass_untouched(self):
        ends = self.outputs.open("key", "a")
        odd = bytes(byte for byte in range(256) if byte != 10) + b"\n"
        os.write(ends[1], odd)
        self.turn()
        self.assertEqual(b"[a] " + odd, os.read(self.log, 4096))

    def test_all_arrives_when_the_log_is_read_again(self):
        ends = self.outputs.open("key", "a")
        os.set_blocking(ends[1], False)
        line = b"y" * 999 + b"\n"
        sent = 0
        stalled = 0
        while stalled < 3:
            # Neither takes more once the log and the pipe are full.
            try:
                sent += os.write(ends[1], line)
                stalled = 0
            except BlockingIOError:
                stalled += 1
            self.turn()
        os.close(ends[1])
        os.close(ends[2])
        os.set_blocking(self.log, False)
        read = b""
        while True:
            try:
                read += os.read(self.log, 65536)
            except BlockingIOError:
                if len(read.replace(b"[a] ", b"")) == sent:
                    break
            self.turn()
        self.assertEqual((b"[a] " + line) * (sent // 1000), read)
        self.outputs.ended("key")
        self.assertEqual({}, dict(self.selector.get_map()))

    def test_a_process_that_is_gone_is_heard_to_the_end_though_others_hold_its_pipe(self):
        ends = self.outputs.open("key", "a")
        os.write(ends[2], b"one\ntwo")
        self.outputs.ended("key")
        self.assertEqual(b"[a] one\n[a] two\n", os.read(self.log, 4096))
        with self.assertRaises(BrokenPipeError):
            os.write(ends[2], b"three")


class LinesTest(unittest.TestCase):
    def test_pieces_are_held_until_their_line_ends_or_is_too_long(self):
        writer = Writer("[a] ")
        self.assertEqual("", writer.take("one", "\n"))
        self.assertEqual("one two\n", writer.take(" two\nthr", "\n"))
        self.assertEqual("three" + "e" * LONGEST_PIECE, writer.take("ee" + "e" * LONGEST_PIECE, "\n"))
        self.assertEqual("", writer.leave())

    def test_an_unfinished_line_goes_on_if_nobody_came_between(self):
        lines, a, b = Lines("\n"), Writer("[a] "), Writer("[b] ")
        self.assertEqual("[a] one", lines.woven(a, "one"))
        self.assertEqual(" more", lines.woven(a, " more"))
        self.assertEqual("\n[b] two\n[b] three\n", lines.woven(b, "two\nthree\n"))
        self.assertEqual("[a] rest\n", lines.woven(a, "rest\n"))

    def test_the_end_of_a_line_that_was_interrupted_is_not_an_empty_line(self):
        lines, a, b = Lines("\n"), Writer("[a] "), Writer("[b] ")
        lines.woven(a, "one")
        lines.woven(b, "two\n")
        self.assertEqual("", lines.woven(a, "\n"))
        self.assertEqual("[a] \n[a] next\n", lines.woven(a, "\nnext\n"))

    def test_who_is_gone_leaves_no_unfinished_line(self):
        lines, a, b = Lines("\n"), Writer("[a] "), Writer("[b] ")
        lines.woven(a, "one")
        self.assertEqual("\n", lines.ended(a))
        self.assertEqual("[b] two\n", lines.woven(b, "two\n"))
        self.assertEqual("", lines.ended(b))


def answer(fused, target):
    try:
        return fused.request("n", target)
    except OSError as error:
        return error


if __name__ == "__main__":
    unittest.main()
