"""One exchange between two members: identity, measurement, and the way its response comes back."""

import os
import random
from time import time_ns

from .errors import ConnectionLost, LocalTimeout, PeerLost, Spill
from .exchange import Response
from .identity import Scope, here
from .measured import HeldBody, RecordedBody
from .pipe import Pipe

_ids = random.Random(os.urandom(32))
_bits = _ids.getrandbits

# Request headers a proxy takes off (0), and those it would add when absent.
_SPECIAL = {"connection": 0, "keep-alive": 0, "proxy-connection": 0, "te": 0, "upgrade": 0, "trailer": 0,
            "proxy-authorization": 0, "x-sinter-function": 0, "x-request-id": 1, "traceparent": 2, "x-forwarded-proto": 3}
_special = _SPECIAL.get
_PROTO = ("x-forwarded-proto", "http")


def reseed():
    """After a fork, identifiers must not repeat the parent's."""
    _ids.seed(os.urandom(32))


class Flight:
    """One exchange: identity, measurement, and the way its response comes back."""

    __slots__ = ("_dispatcher", "_callee", "_host", "_request", "_scope", "context", "_caller", "_parent", "_client_id",
                 "_request_id", "_start", "_server_start", "_server_end", "response", "_error", "_arrive", "_exchange", "_gone",
                 "_on_loop")

    def __init__(self, dispatcher, callee, host, request):
        self._start = time_ns()
        caller = here.get()
        self._caller = caller.member.name
        headers = []
        request_id = trace = None
        proto = True
        for pair in request.headers:
            special = _special(pair[0].lower())
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
        word = "%096x" % _bits(384)
        client_id = word[:16]
        if trace is not None and len(trace) == 55:
            trace_id, parent = trace[3:35], trace[36:52]
        else:
            trace_id, parent = caller.trace_id, caller.span_id
            if trace_id is None:
                trace_id = word[32:64]
        if proto:
            headers.append(_PROTO)
        if request_id is None:
            request_id = f"{word[64:72]}-{word[72:76]}-4{word[77:80]}-a{word[81:84]}-{word[84:]}"
            headers.append(("x-request-id", request_id))
        headers.append(("traceparent", f"00-{trace_id}-{client_id}-01"))
        request.headers = headers
        self._host = host
        self._parent = parent
        self._client_id = client_id
        self._request_id = request_id
        self.enter(dispatcher, callee, request, Scope(callee, trace_id, word[16:32], caller.depth + 1), self._start)

    def enter(self, dispatcher, callee, request, scope, start):
        self._dispatcher = dispatcher
        self._callee = callee
        self._request = request
        self._scope = scope
        self._start = start
        self.context = context = callee.context.copy()
        context.run(here.set, scope)
        self.response = self._error = self._exchange = None
        self._server_start = self._server_end = 0
        self._gone = self._on_loop = False

    def in_this_thread(self, server, permit_timeout):
        permits = server.permits
        if permits is not None and not permits.acquire(permit_timeout):
            self._dispatcher.spill("busy")
        self._server_start = start = time_ns()
        active = self._callee.active
        active[self] = start
        try:
            response = self.context.run(server.respond, self._request)
        except BaseException:
            self.ended(0, permits)
            raise
        finally:
            del active[self]
        if type(response.body) is bytes:
            self.ended(response.status, permits)
        else:
            response.body = HeldBody(self, response, permits)
        return response

    def by_peer(self, server, timeout, gone=None):
        """Over frames to the process the callee lives in; waiting needs no thread of its own, deadlines are the socket's."""
        try:
            response, start, end = self._ask(server, timeout, gone)
        except Spill:
            raise
        except BaseException:
            self._server_start = self._start or 0
            self.record(0, time_ns())
            raise
        self._server_start = start
        if type(response.body) is bytes:
            self.record(response.status, end)
        else:
            response.body = RecordedBody(self, response)
        return response

    def _ask(self, server, timeout, gone=None):
        callee = self._callee
        callee.active[self] = time_ns()
        try:
            answer = server.respond(self._request, self._scope, timeout, gone)
        except PeerLost:
            callee.circuit.lost()
            raise
        except Spill as spill:
            if spill.cause == "dead":
                # Others are counted where they were found, in the callee's process.
                self._dispatcher.spilled["dead"] += 1
            raise
        finally:
            callee.active.pop(self, None)
        callee.circuit.failures = 0
        return answer

    def depart(self, server, timeout, arrive):
        """Starts the exchange elsewhere; arrive() is called once when there is a response or an error.

        From here on it is the callee's time, its own queueing included, as it is when a proxy hands a request over.
        """
        self._arrive = arrive
        self._server_start = start = time_ns()
        active = self._callee.active
        active[self] = start
        if server.kind == "loop":
            self._on_loop = True
            try:
                self._exchange = server.start(self._request, self.context, self._arrived)
            except ConnectionLost:
                active.pop(self, None)
                self._dispatcher.spill("dead")
            return
        if not self._dispatcher.workers.submit(lambda: self._work(server, timeout)):
            active.pop(self, None)
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
                response = self.context.run(server.respond, self._request, self._arrived)
            else:
                response = self.context.run(server.respond, self._request)
            if response is None:
                status = self.response.status
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
            if status and self.response is not None and type(self.response.body) is not bytes:
                self.record(status, time_ns())

    def _work_by_peer(self, server, timeout):
        try:
            response, start, end = self._ask(server, timeout)
            self._server_start = start
            if type(response.body) is bytes:
                self._arrived(response, end)
            else:
                self._pump(response)
                self.record(response.status, time_ns())
        except Exception as error:
            self._arrived(error)

    def _pump(self, response):
        pipe = Pipe()
        body = response.body
        self._arrived(Response(response.status, response.reason, response.headers, pipe))
        try:
            while True:
                chunk = self.context.run(next, body, None)
                if chunk is None:
                    break
                pipe.put(chunk)
            pipe.end()
        except ConnectionLost as error:
            pipe.end(error)
        finally:
            self.context.run(body.close)

    def _arrived(self, outcome, at=None):
        """From the thread that served. The first outcome counts."""
        if self.response is not None or self._error is not None:
            return
        self._callee.active.pop(self, None)
        if isinstance(outcome, Response):
            self.response = outcome
            if type(outcome.body) is bytes:
                self._server_end = at or time_ns()
            elif self._on_loop:
                outcome.body = RecordedBody(self, outcome)
            if self._gone and type(outcome.body) is not bytes:
                outcome.body.close()
        else:
            self._error = outcome
            if not isinstance(outcome, Spill):
                self._server_end = time_ns()
        if self._gone:
            self._record_whole()
        self._arrive()

    def give_up(self):
        """The client does not wait any more."""
        self._gone = True
        self._record_whole()
        if self._exchange is not None:
            # Its server is told; what a loop still runs then is for the watch over loops.
            self._callee.active.pop(self, None)
            self._exchange.cancel()
        response = self.response
        if response is not None and type(response.body) is not bytes:
            response.body.close()

    def _record_whole(self):
        """What has arrived whole is measured when the caller has it, so that its wake-up counts as part of the hop."""
        server_end, self._server_end = self._server_end, 0
        if server_end:
            self.record(self.response.status if self._error is None else 0, server_end)

    def result(self):
        self._record_whole()
        if self._error is not None:
            raise self._error
        return self.response

    def ended(self, status, permits):
        if permits is not None:
            permits.release()
        self.record(status, time_ns())

    def record(self, status, server_end):
        if self._start is None:
            return
        request = self._request
        self._dispatcher.spans.record((
            self._caller, self._callee, self._host, request.method, request.target, status, self._scope.trace_id,
            self._parent, self._client_id, self._scope.span_id, self._start, time_ns(), self._server_start, server_end,
            self._request_id))


def _close_body(request):
    """A writer of the request's body must not wait for a reader that is gone."""
    close = getattr(request.body, "close", None)
    if close is not None:
        close()
