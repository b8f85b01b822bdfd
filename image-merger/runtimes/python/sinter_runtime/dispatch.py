"""Takes a request from one member to another inside the process, and measures it."""

import asyncio
import os
import random
from _thread import allocate_lock
from time import time_ns

from .errors import ConnectionLost, LocalTimeout, Spill
from .exchange import Response
from .identity import Scope, here
from .member import READY
from .pipe import Pipe
from .workers import Workers

MAX_DEPTH = 8
LEFT_CHECK_SECONDS = 0.5

_ids = random.Random(os.urandom(32))
_bits = _ids.getrandbits
_running_loop = asyncio._get_running_loop

# Request headers a proxy takes off (0), and those it would add when absent.
_SPECIAL = {"connection": 0, "keep-alive": 0, "proxy-connection": 0, "te": 0, "upgrade": 0, "trailer": 0,
            "proxy-authorization": 0, "x-sinter-function": 0, "x-request-id": 1, "traceparent": 2, "x-forwarded-proto": 3}


class Dispatcher:
    """One per process; call() from any thread, acall() from any loop."""

    def __init__(self, spans):
        self.spans = spans
        self.workers = Workers()
        self.spilled = {"dead": 0, "depth": 0, "busy": 0, "not_ready": 0}

    def call(self, callee, host, request, timeout=None):
        """A local call out of plain code. Raises Spill (nothing was consumed), LocalTimeout, ConnectionLost."""
        flight = _Flight(self, callee, host, request)
        server = callee.server
        if server.kind == "peer":
            return flight.by_peer(server, timeout)
        if timeout is None and server.kind != "asgi" and _running_loop() is None and (
                server.kind != "handler" or server.in_thread_for(request)):
            return flight.in_this_thread(server, None)
        waiting = allocate_lock()
        waiting.acquire()
        flight.depart(server, timeout, waiting.release)
        if not waiting.acquire(True, -1 if timeout is None else timeout):
            flight.give_up()
            raise LocalTimeout()
        return flight.result()

    def begin(self, callee, host, request, timeout):
        """Starts a call elsewhere; the result takes the timeout and waits for the response."""
        flight = _Flight(self, callee, host, request)
        waiting = allocate_lock()
        waiting.acquire()
        flight.depart(callee.server, timeout, waiting.release)

        def answer(seconds):
            if not waiting.acquire(True, -1 if seconds is None else seconds):
                flight.give_up()
                raise LocalTimeout()
            return flight.result()

        return answer

    async def acall(self, callee, host, request, timeout=None):
        """A local call out of an event loop."""
        flight = _Flight(self, callee, host, request)
        loop = asyncio.get_running_loop()
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
        if callee.state != READY:
            self.spilled["dead" if callee.server is not None else "not_ready"] += 1
            return False
        if here.get().depth >= MAX_DEPTH:
            self.spilled["depth"] += 1
            return False
        return True

    def send(self, callee, host, request):
        """A call whose answer nobody waits for."""
        flight = _Flight(self, callee, host, request)

        def drain():
            response = flight._response
            if response is not None and type(response.body) is not bytes:
                response.body.close()

        flight.depart(callee.server, None, drain)

    def inbound(self, callee, request, gone):
        """A request from outside, in the front's own thread; gone() tells whether the client has left."""
        scope = Scope(callee)
        for name, value in request.headers:
            if len(name) == 11 and name.lower() == "traceparent" and len(value) == 55:
                scope.trace_id, scope.span_id = value[3:35], value[36:52]
        return self.serve(callee, request, scope, gone)

    def serve(self, callee, request, scope, gone):
        """Answers a request that was measured elsewhere, blocking the thread."""
        flight = _Flight.__new__(_Flight)
        flight.enter(self, callee, request, scope, None)
        server = callee.server
        if server is None:
            self.spill("not_ready")
        if server.kind == "peer":
            return flight.by_peer(server, None)
        if server.kind != "asgi" and (server.kind != "handler" or server.in_thread_for(request)):
            return flight.in_this_thread(server, None)
        waiting = allocate_lock()
        waiting.acquire()
        flight.depart(server, None, waiting.release)
        while not waiting.acquire(True, LEFT_CHECK_SECONDS):
            if gone():
                flight.give_up()
                raise ConnectionLost("the client is gone")
        return flight.result()

    def spill(self, cause):
        self.spilled[cause] += 1
        raise Spill(cause)


def _close_body(request):
    """A writer of the request's body must not wait for a reader that is gone."""
    close = getattr(request.body, "close", None)
    if close is not None:
        close()


def reseed():
    """After a fork, identifiers must not repeat the parent's."""
    _ids.seed(os.urandom(32))


class _Flight:
    """One exchange: identity, measurement, and the way its response comes back."""

    __slots__ = ("_dispatcher", "_callee", "_host", "_request", "_scope", "_context", "_caller", "_parent", "_client_id",
                 "_request_id", "_start", "_server_start", "_server_end", "_response", "_error", "_arrive", "_exchange", "_gone")

    def __init__(self, dispatcher, callee, host, request):
        self._start = time_ns()
        caller = here.get()
        depth = caller.depth + 1
        self._caller = caller.member.name
        headers = []
        request_id = trace = None
        proto = True
        for pair in request.headers:
            special = _SPECIAL.get(pair[0].lower())
            if special is not None:
                if special == 0:
                    continue
                if special == 1:
                    request_id = pair[1]
                elif special == 2:
                    trace = pair[1]
                    continue
                else:
                    proto = False
            headers.append(pair)
        if trace is not None and len(trace) == 55:
            trace_id, parent = trace[3:35], trace[36:52]
        else:
            trace_id, parent = caller.trace_id, caller.span_id
            if trace_id is None:
                trace_id = "%032x" % _bits(128)
        client_id = "%016x" % _bits(64)
        if proto:
            headers.append(("x-forwarded-proto", "http"))
        if request_id is None:
            word = "%032x" % _bits(128)
            request_id = f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:]}"
            headers.append(("x-request-id", request_id))
        headers.append(("traceparent", f"00-{trace_id}-{client_id}-01"))
        request.headers = headers
        self._host = host
        self._parent = parent
        self._client_id = client_id
        self._request_id = request_id
        self.enter(dispatcher, callee, request, Scope(callee, trace_id, "%016x" % _bits(64), depth), self._start)

    def enter(self, dispatcher, callee, request, scope, start):
        self._dispatcher = dispatcher
        self._callee = callee
        self._request = request
        self._scope = scope
        self._start = start
        self._context = context = callee.context.copy()
        context.run(here.set, scope)
        self._response = self._error = self._exchange = None
        self._server_start = self._server_end = 0
        self._gone = False

    def in_this_thread(self, server, permit_timeout):
        permits = server.permits
        if permits is not None and not permits.acquire(permit_timeout):
            self._dispatcher.spill("busy")
        self._server_start = time_ns()
        try:
            response = self._context.run(server.respond, self._request)
        except BaseException:
            self._ended(0, permits)
            raise
        if type(response.body) is bytes:
            self._ended(response.status, permits)
        else:
            response.body = _Body(self, response, permits)
        return response

    def by_peer(self, server, timeout):
        """Over frames to the process the callee lives in; waiting needs no thread of its own, deadlines are the socket's."""
        try:
            response, start, end = server.respond(self._request, self._scope, timeout)
        except BaseException:
            self._server_start = self._start or 0
            self._record(0, time_ns())
            raise
        self._server_start = start
        if type(response.body) is bytes:
            self._record(response.status, end)
        else:
            response.body = _Recorded(self, response)
        return response

    def depart(self, server, timeout, arrive):
        """Starts the exchange elsewhere; arrive() is called once when there is a response or an error.

        From here on it is the callee's time, its own queueing included, as it is when a proxy hands a request over.
        """
        self._arrive = arrive
        self._server_start = time_ns()
        if server.kind == "asgi":
            try:
                self._exchange = server.start(self._request, self._context, self._arrived)
            except ConnectionLost:
                self._dispatcher.spill("dead")
            return
        if not self._dispatcher.workers.submit(lambda: self._work(server, timeout)):
            self._dispatcher.spill("busy")

    def _work(self, server, timeout):
        try:
            self._serve(server, timeout)
        finally:
            _close_body(self._request)

    def _serve(self, server, timeout):
        if server.kind == "peer":
            self._work_by_peer(server, timeout)
            return
        permits = server.permits
        if permits is not None and not permits.acquire(timeout):
            self._arrived(LocalTimeout())
            return
        status = 0
        try:
            if server.kind == "handler":
                response = self._context.run(server.respond, self._request, self._arrived)
            else:
                response = self._context.run(server.respond, self._request)
            if response is None:
                status = self._response.status
                return
            status = response.status
            if type(response.body) is bytes:
                self._arrived(response, time_ns())
                return
            self._pump(response)
        except Exception as error:
            self._arrived(error if isinstance(error, ConnectionLost) else ConnectionLost(repr(error)))
        finally:
            if permits is not None:
                permits.release()
            if status and self._response is not None and type(self._response.body) is not bytes:
                self._record(status, time_ns())

    def _work_by_peer(self, server, timeout):
        try:
            response, start, end = server.respond(self._request, self._scope, timeout)
            self._server_start = start
            if type(response.body) is bytes:
                self._arrived(response, end)
            else:
                self._pump(response)
                self._record(response.status, time_ns())
        except Exception as error:
            self._arrived(error)

    def _pump(self, response):
        pipe = Pipe()
        body = response.body
        self._arrived(Response(response.status, response.reason, response.headers, pipe))
        try:
            while True:
                chunk = self._context.run(next, body, None)
                if chunk is None:
                    break
                pipe.put(chunk)
            pipe.end()
        except ConnectionLost as error:
            pipe.end(error)
        finally:
            self._context.run(body.close)

    def _arrived(self, outcome, at=None):
        """From the thread that served. The first outcome counts."""
        if self._response is not None or self._error is not None:
            return
        if isinstance(outcome, Response):
            self._response = outcome
            if type(outcome.body) is bytes:
                self._server_end = at or time_ns()
            elif self._exchange is not None:
                outcome.body = _Recorded(self, outcome)
            if self._gone and type(outcome.body) is not bytes:
                outcome.body.close()
        else:
            self._error = outcome
            self._server_end = time_ns()
        if self._gone:
            self._record_whole()
        self._arrive()

    def give_up(self):
        """The client does not wait any more."""
        self._gone = True
        self._record_whole()
        if self._exchange is not None:
            self._exchange.cancel()
        response = self._response
        if response is not None and type(response.body) is not bytes:
            response.body.close()

    def _record_whole(self):
        """What has arrived whole is measured when the caller has it, so that its wake-up counts as part of the hop."""
        server_end, self._server_end = self._server_end, 0
        if server_end:
            self._record(self._response.status if self._error is None else 0, server_end)

    def result(self):
        self._record_whole()
        if self._error is not None:
            raise self._error
        return self._response

    def _ended(self, status, permits):
        if permits is not None:
            permits.release()
        self._record(status, time_ns())

    def _record(self, status, server_end):
        if self._start is None:
            return
        request = self._request
        self._dispatcher.spans.record((
            self._caller, self._callee, self._host, request.method, request.target, status, self._scope.trace_id,
            self._parent, self._client_id, self._scope.span_id, self._start, time_ns(), self._server_start, server_end,
            self._request_id))


class _Recorded:
    """A streamed body whose end completes the measurement."""

    __slots__ = ("_flight", "_status", "_chunks")

    def __init__(self, flight, response):
        self._flight = flight
        self._status = response.status
        self._chunks = response.body

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._chunks)
        except StopIteration:
            self._end(self._status)
            raise
        except ConnectionLost:
            self._end(0)
            raise

    def take(self, on_readable=None):
        chunk = self._chunks.take(on_readable)
        if chunk == b"":
            self._end(self._status)
        return chunk

    def close(self):
        self._chunks.close()
        self._end(self._status)

    def _end(self, status):
        flight, self._flight = self._flight, None
        if flight is not None:
            flight._record(status, time_ns())


class _Body:
    """A body produced in the reader's own thread, in the callee's context; holds the callee's permit until its end."""

    __slots__ = ("_flight", "_status", "_chunks", "_permits")

    def __init__(self, flight, response, permits):
        self._flight = flight
        self._status = response.status
        self._chunks = response.body
        self._permits = permits

    def __iter__(self):
        return self

    def __next__(self):
        flight = self._flight
        if flight is None:
            raise StopIteration
        try:
            chunk = flight._context.run(next, self._chunks, None)
        except BaseException:
            self._end(0)
            raise
        if chunk is None:
            self._end(self._status)
            raise StopIteration
        return chunk

    def close(self):
        self._end(self._status)

    def _end(self, status):
        flight, self._flight = self._flight, None
        if flight is not None:
            try:
                flight._context.run(self._chunks.close)
            finally:
                flight._ended(status, self._permits)
