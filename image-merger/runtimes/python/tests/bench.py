"""Local call against a loopback keep-alive call, per client library and kind of callee, in one run.

    python3 -m tests.bench [calls]     (from runtimes/python, with waitress, uvicorn and the client libraries installed)

floor is the same library with nothing beneath it but a ready answer: what its own code costs in both cases. A local call cannot
cost less, nor less than a hand-over on top where a caller that must not block calls a callee that does, or has a deadline."""

import json
import os
import sys

from .harness import FIXTURES, Alone, Fused, free_port, member

LIBRARIES = ("http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")
# Rounds take turns, so that what else the machine does meets all alike; the best median of them counts.
ROUNDS = 3


def callees(port):
    return (
        ("wsgi", ["python3", "small.py"], {"PORT": port}),
        ("asgi", ["uvicorn", "small:app", "--port", port, "--log-level", "warning"], {}),
        ("handler", ["python3", "small.py"], {"PORT": port}))


def measure(fused, library, host, port, count):
    """(p50, p99) in µs."""
    status, _, body = fused.request("bench", f"/?library={library}&host={host}&port={port}&count={count}")
    assert status == 200, fused.process.output()
    took = json.loads(body)
    return took[len(took) // 2] / 1000, took[len(took) * 99 // 100] / 1000


def main(count=1000, rounds=ROUNDS):
    members = [member("bench", ["python3", "app.py"], os.path.join(FIXTURES, "bench"))]
    for name, argv, env in callees("8080"):
        members.append(member(name, argv, os.path.join(FIXTURES, name), env=env))
    with Fused(members, [("bench", name) for name, _, _ in callees("8080")]) as fused:
        direct = min(measure(fused, "wsgi", "-", 0, count) for _ in range(rounds))[0]
        switch = min(measure(fused, "hand-over", "-", 0, count) for _ in range(rounds))[0]
        print(f"WSGI application called directly {direct:.1f} µs, loop to thread and back {switch:.1f} µs")
        print(f"{'client':12} {'callee':8} {'local p50':>10} {'p99':>8} {'loopback p50':>13} {'p99':>8} {'floor':>8} "
              f"{'ratio':>6} {'floor/loopback':>15}")
        for name, _, _ in callees("8080"):
            port = free_port()
            argv, env = next((argv, env) for other, argv, env in callees(str(port)) if other == name)
            with Alone(argv, os.path.join(FIXTURES, name), port, env):
                for library in LIBRARIES:
                    local, wire, floor = [min(results) for results in zip(*[
                        (measure(fused, library, name, 8080, count), measure(fused, library, "127.0.0.1", port, count),
                         measure(fused, library, "floor", 0, count)) for _ in range(rounds)])]
                    print(f"{library:12} {name:8} {local[0]:10.1f} {local[1]:8.1f} {wire[0]:13.1f} {wire[1]:8.1f} "
                          f"{floor[0]:8.1f} {local[0] / wire[0]:6.2f} {floor[0] / wire[0]:15.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
