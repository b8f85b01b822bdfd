"""Requests a second of a pair a -> b, fused and as two processes of their own (in place of two containers, with no proxy
between them), by wrk on the same machine, in one run.

    python3 -m tests.bench_throughput [seconds]     (wrk on the PATH, or where WRK says)"""

import os
import re
import shutil
import subprocess
import sys

from .bench_memory import commands, directory
from .harness import Alone, Fused, free_port, member, request

CONNECTIONS = 8
ROUNDS = 2
TIERS = ("IN_PROCESS", "FORKED")
# Turns of a loop in each of the two handlers: none, and about 2 ms.
CASES = (("http.client", 0), ("requests", 0), ("http.client", 100_000))


def rate(port, seconds):
    wrk = os.environ.get("WRK") or shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk: not found (expected: on the PATH, or named by WRK). Maybe: apt-get install wrk")
    text = subprocess.run([wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-HHost: a", f"http://127.0.0.1:{port}/"],
                          check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    return float(re.search(r"Requests/sec: +([\d.]+)", text)[1])


def alone(env, seconds):
    ports = {"a": free_port(), "b": free_port()}
    argv = {name: next(argv for other, argv in commands(ports["b"]) if other == name) for name in "ab"}
    with Alone(argv["b"], directory("b"), ports["b"], env), Alone(
            argv["a"], directory("a"), ports["a"], dict(env, PORT=str(ports["a"]), CALLEE=f"127.0.0.1:{ports['b']}")):
        return warm_rate(ports["a"], seconds)


def fused(tier, env, seconds):
    members = [member(name, argv, directory(name), env=env) for name, argv in commands(8080)]
    with Fused(members, [("a", "b")], tier) as pair:
        return warm_rate(pair.port, seconds)


def warm_rate(port, seconds):
    assert request(port, "a", "/")[2] == b"b!"
    rate(port, 1)
    return rate(port, seconds)


def main(seconds=5, rounds=ROUNDS):
    for client, turns in CASES:
        env = {"CLIENT": client, "WORK": str(turns)}
        rates = [[alone(env, seconds)] + [fused(tier, env, seconds) for tier in TIERS] for _ in range(rounds)]
        best = [max(column) for column in zip(*rates)]
        print(f"{client}, {turns} turns: alone {best[0]:.0f}/s" + "".join(
            f", {tier} {value:.0f}/s ({value / best[0]:.2f}×)" for tier, value in zip(TIERS, best[1:])), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
