"""Local call against a loopback keep-alive call, per client library and kind of callee, in one run.

    python3 -m tests.bench [calls]     (from runtimes/python, with waitress, uvicorn and the client libraries installed)"""

import json
import os
import sys

from .harness import FIXTURES, Alone, Fused, free_port, member

LIBRARIES = ("http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")


def callees(port):
    return (
        ("wsgi", ["python3", "small.py"], {"PORT": port}),
        ("asgi", ["uvicorn", "small:app", "--port", port, "--log-level", "warning"], {}),
        ("handler", ["python3", "small.py"], {"PORT": port}))


def measure(fused, library, host, port, count):
    status, _, body = fused.request("bench", f"/?library={library}&host={host}&port={port}&count={count}")
    assert status == 200, fused.process.output()
    took = json.loads(body)
    return took[len(took) // 2] / 1000, took[len(took) * 99 // 100] / 1000


def main(count=1000):
    members = [member("bench", ["python3", "app.py"], os.path.join(FIXTURES, "bench"))]
    for name, argv, env in callees("8080"):
        members.append(member(name, argv, os.path.join(FIXTURES, name), env=env))
    with Fused(members, [("bench", name) for name, _, _ in callees("8080")]) as fused:
        base, _ = measure(fused, "wsgi", "-", 0, count)
        print(f"{'WSGI application called directly':42} {base:8.1f} µs")
        print(f"{'client':12} {'callee':8} {'local p50':>10} {'p99':>8} {'loopback p50':>13} {'p99':>8} {'ratio':>6}")
        for name, _, _ in callees("8080"):
            port = free_port()
            argv, env = next((argv, env) for other, argv, env in callees(str(port)) if other == name)
            with Alone(argv, os.path.join(FIXTURES, name), port, env):
                for library in LIBRARIES:
                    local, local99 = measure(fused, library, name, 8080, count)
                    wire, wire99 = measure(fused, library, "127.0.0.1", port, count)
                    print(f"{library:12} {name:8} {local:10.1f} {local99:8.1f} {wire:13.1f} {wire99:8.1f} {local / wire:6.2f}",
                          flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
