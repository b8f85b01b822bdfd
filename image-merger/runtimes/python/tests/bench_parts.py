"""What the runtime's own steps of a local call cost, by themselves: best of many rounds, in µs.

    python3 -m tests.bench_parts"""

import os
import sys
import time
from collections import deque

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from sinter_runtime.dispatch import Dispatcher  # noqa: E402
from sinter_runtime.exchange import Request, Response  # noqa: E402
from sinter_runtime.flight import Flight  # noqa: E402
from sinter_runtime.identity import here  # noqa: E402
from sinter_runtime.member import READY, Member  # noqa: E402
from sinter_runtime.plan import MemberPlan  # noqa: E402
from sinter_runtime.servers.permits import Permits  # noqa: E402
from sinter_runtime.spans import SpanExporter  # noqa: E402

CALLS, ROUNDS = 1000, 20


class Ready:
    """A server whose answer costs nothing."""

    kind = "wsgi"

    def __init__(self):
        self.permits = Permits(4)
        self.answer = Response(200, "OK", [("Content-Length", "5")], b"hello")

    def respond(self, request):
        return self.answer


def best(step, calls=CALLS, rounds=ROUNDS):
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        for _ in range(calls):
            step()
        least = min(least, time.perf_counter_ns() - start)
    return least / calls / 1000


def member(name):
    return Member(MemberPlan({"name": name, "argv": ["python3", "app.py"]}))


def main(calls=CALLS, rounds=ROUNDS):
    caller, callee = member("a"), member("b")
    callee.server, callee.state = Ready(), READY
    exporter = SpanExporter("http://127.0.0.1:1", "", "app/fused-g", "g")
    exporter._queue = deque(maxlen=256)
    dispatcher = Dispatcher(exporter)
    here.set(caller.scope)

    def request():
        return Request("GET", "/x", [("Host", "b:8080"), ("Accept-Encoding", "identity")], b"")

    def permit():
        callee.server.permits.acquire(None)
        callee.server.permits.release()

    def watched():
        callee.active[permit] = time.time_ns()
        del callee.active[permit]

    def call():
        dispatcher.call(callee, "b:8080", request())

    call()
    span = exporter._queue[0]
    parts = {
        "a call, with an answer that costs nothing": call,
        "  identity, trace headers, request id": lambda: Flight(dispatcher, callee, "b:8080", request()),
        "  whether it may be tried (state, bound, circuit, depth)": lambda: dispatcher.accepts(callee),
        "  the callee's permit": permit,
        "  what the watch over stuck calls needs": watched,
        "  its two spans put into the queue": lambda: exporter.record(span),
        "more with a deadline: in a thread of its own": lambda: dispatcher.call(callee, "b:8080", request(), 5.0),
        "aside, in the exporter's thread: its two spans encoded": lambda: exporter.encode([span]),
    }
    for name, step in parts.items():
        print(f"{name:58} {best(step, calls, rounds):7.2f}", flush=True)


if __name__ == "__main__":
    main()
