"""The benchmarks run; their figures are for people to read. And what processes share is marked where the interpreter can."""

import contextlib
import io
import os
import subprocess
import sys
import unittest

from . import bench, bench_memory, bench_parts

MARKING = """
import sys, json, fractions
sys.path.insert(0, {runtime!r})
from sinter_runtime.sharing import settle
settle()
count = sys.getrefcount(json.dumps)
kept = [json.dumps] * 10
print(sys.getrefcount(json.dumps) - count, sys.getrefcount([]) < 100, json.loads(json.dumps([1, "a" * 3, 2.5])),
      fractions.Fraction(1, 3) + 1)
"""


def printed(function, *args):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        function(*args)
    return out.getvalue().splitlines()


class BenchmarksTest(unittest.TestCase):
    def test_local_calls_are_compared_for_each_library_and_kind_of_callee(self):
        lines = printed(bench.main, 10, 1)
        self.assertEqual(2 + len(bench.LIBRARIES) * 3, len(lines), lines)

    def test_the_runtime_s_own_steps_are_told_apart(self):
        self.assertEqual(8, len(printed(bench_parts.main, 5, 1)))

    def test_memory_is_compared_for_each_tier(self):
        lines = printed(bench_memory.main, False, 2)
        self.assertEqual(["alone", *bench_memory.TIERS], [line.split()[0] for line in lines])

    def test_what_is_marked_as_shared_is_not_counted_any_more_and_works_as_before(self):
        runtime = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        out = subprocess.run([sys.executable, "-c", MARKING.format(runtime=runtime)], check=True, capture_output=True,
                             text=True).stdout
        counted = "0" if sys.version_info >= (3, 12) else "10"
        self.assertEqual(f"{counted} True [1, 'aaa', 2.5] 4/3\n", out)


if __name__ == "__main__":
    unittest.main()
