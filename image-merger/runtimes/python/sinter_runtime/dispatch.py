"""Takes a request from one member to another inside the process, and measures it."""

from . import hooks
from .bells import give_back, new_bell, take_bell
from .errors import ConnectionLost, LocalTimeout, Spill
from .exchange import find
from .flight import Flight
from .identity import Scope, here, run_as
from .member import READY
from .workers import Workers

MAX_DEPTH = 8
MAX_ACTIVE = 256
LEFT_CHECK_SECONDS = 0.5


class Dispatcher:
    """One per process; call() from any thread, acall() from any loop."""

    def __init__(self, spans):
        self.spans = spans
        self.workers = Workers()
        self.spilled = {"dead": 0, "depth": 0, "busy": 0, "not_ready": 0, "open": 0}
        self.max_active = MAX_ACTIVE
        # The event loop that runs in this thread, or None; nobody has one before somebody imports asyncio.
        self.running_loop = _no_loop
        hooks.after_import("asyncio.events", self._know_loops)

    def _know_loops(self, events):
        self.running_loop = events._get_running_loop

    def call(self, callee, host, request, timeout=None):
        """A local call out of plain code. Raises Spill (nothing was consumed), LocalTimeout, ConnectionLost."""
        flight = Flight(self, callee, host, request)
        server = callee.server
        if server.kind == "peer":
            return flight.by_peer(server, timeout)
        if timeout is None and server.kind != "loop" and self.running_loop() is None and (
                server.kind != "handler" or server.in_thread_for(request)):
            return flight.in_this_thread(server, None)
        bell = take_bell()
        flight.depart(server, timeout, bell.ring)
        if not bell.wait(timeout):
            flight.give_up()
            raise LocalTimeout()
        give_back(bell)
        return flight.result()

    def begin(self, callee, host, request, timeout):
        """Starts a call elsewhere; the result takes the timeout and waits for the response."""
        flight = Flight(self, callee, host, request)
        bell = new_bell()
        flight.depart(callee.server, timeout, bell.ring)

        def answer(seconds):
            if not bell.wait(seconds):
                flight.give_up()
                raise LocalTimeout()
            return flight.result()

        return answer

    async def acall(self, callee, host, request, timeout=None):
        """A local call out of an event loop."""
        flight = Flight(self, callee, host, request)
        loop = self.running_loop()
        arrived = loop.create_future()

        def settle():
            if not arrived.done():
                arrived.set_result(None)

        def arrive():
            try:
                loop.call_soon_threadsafe(settle)
            except RuntimeError:
                flight.give_up()

        flight.depart(callee.server, timeout, arrive)
        alarm = None
        if timeout is not None:
            alarm = loop.call_later(timeout, lambda: arrived.done() or arrived.set_exception(LocalTimeout()))
        try:
            await arrived
        except BaseException:
            flight.give_up()
            raise
        finally:
            if alarm is not None:
                alarm.cancel()
        return flight.result()

    def accepts(self, callee):
        """Whether a call may be tried; clients ask before they commit to the local way. A no is counted."""
        if not self.admits(callee):
            return False
        if here.get().depth >= MAX_DEPTH:
            # Deep recursion goes on over a connection, and so on a stack of its own.
            self.spilled["depth"] += 1
            return False
        return True

    def is_clear(self, callee):
        """Whether nothing speaks against a call; a no is for accepts() to look into."""
        return (callee.state == READY and not callee.circuit.failures and len(callee.active) < self.max_active
                and here.get().depth < MAX_DEPTH)

    def admits(self, callee):
        """Whether the callee takes calls at all; otherwise they leave the process."""
        if callee.state != READY:
            self.spilled["dead" if callee.server is not None else "not_ready"] += 1
        elif len(callee.active) >= self.max_active:
            self.spilled["busy"] += 1
        elif callee.circuit.failures and not callee.circuit.lets_through():
            self.spilled["open"] += 1
        else:
            return True
        return False

    def send(self, callee, host, request):
        """A call whose answer nobody waits for."""
        flight = Flight(self, callee, host, request)

        def drain():
            response = flight.response
            if response is not None and type(response.body) is not bytes:
                response.body.close()

        flight.depart(callee.server, None, drain)

    def flight(self, callee, host, request):
        """A call out of a protocol on an event loop, to be started with depart() of what is returned."""
        return Flight(self, callee, host, request)

    def on_behalf(self, caller, callee, request, gone):
        """A call of a member that came as bytes over a connection of its own."""
        flight = run_as(caller.scope, Flight, self, callee, find(request.headers, "host") or callee.name, request)
        return self._answer(flight, callee, request, gone)

    def inbound(self, callee, request, gone):
        """A request from outside, in the front's own thread; gone() tells whether the client has left."""
        scope = Scope(callee)
        for name, value in request.headers:
            if len(name) == 11 and name.lower() == "traceparent" and len(value) == 55:
                scope.trace_id, scope.span_id = value[3:35], value[36:52]
        return self.serve(callee, request, scope, gone)

    def serve(self, callee, request, scope, gone):
        """Answers a request that was measured elsewhere, blocking the thread."""
        flight = Flight.__new__(Flight)
        flight.enter(self, callee, request, scope, None)
        return self._answer(flight, callee, request, gone)

    def _answer(self, flight, callee, request, gone):
        server = callee.server
        if server is None:
            self.spill("not_ready")
        if server.kind == "peer":
            return flight.by_peer(server, None, gone)
        if server.kind != "loop" and (server.kind != "handler" or server.in_thread_for(request)):
            return flight.in_this_thread(server, None)
        bell = take_bell()
        flight.depart(server, None, bell.ring)
        while not bell.wait(LEFT_CHECK_SECONDS):
            if gone():
                flight.give_up()
                raise ConnectionLost("the client is gone")
        give_back(bell)
        return flight.result()

    def spill(self, cause):
        self.spilled[cause] += 1
        raise Spill(cause)


def _no_loop():
    return None
