"""Runs an ASGI application on its own server's event loop and answers what that server would have answered."""

import asyncio
import logging
from http import HTTPStatus
from urllib.parse import unquote

from ..errors import ConnectionLost
from ..exchange import HOP_BY_HOP, Response, has_no_body
from ..pipe import Pipe

_reasons = {status.value: status.phrase for status in HTTPStatus}


class AsgiServer:
    """default_headers() gives what the server puts before the application's headers; state is the lifespan's; check(status,
    headers) raises what the server's protocol raises about a head it cannot send."""

    kind = "loop"
    permits = None

    def __init__(self, app, loop, default_headers, address, root_path="", state=None, check=None,
                 logger="uvicorn.error"):
        self.app = app
        self.loop = loop
        self.default_headers = default_headers
        self.state = state
        self.check = check
        self.logger = logger
        self.root_path = root_path
        self.active = set()
        self._address = tuple(address[:2])
        self._raw_root = root_path.encode("ascii", "ignore")

    def start(self, request, context, done):
        """Hands the request to the loop. done(response) or done(error) is called once, on the loop's thread."""
        exchange = AsgiExchange(self, request, done)
        try:
            self.loop.call_soon_threadsafe(exchange.begin, context=context)
        except RuntimeError:
            raise ConnectionLost("the event loop is closed") from None
        return exchange

    def scope(self, request):
        path, _, query = request.target.partition("?")
        raw_path = path.encode("latin-1")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "server": self._address, "client": request.remote, "scheme": "http", "method": request.method,
            "root_path": self.root_path,
            "path": self.root_path + (unquote(path) if "%" in path else path),
            "raw_path": self._raw_root + raw_path, "query_string": query.encode("latin-1"),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        }
        if self.state is not None:
            scope["state"] = self.state.copy()
        return scope


class AsgiExchange:
    """One request in flight. begin, receive and send run on the loop; cancel comes from any thread."""

    __slots__ = ("_server", "_request", "_done", "_status", "_headers", "_pipe", "_body_given", "_complete", "_changed",
                 "_answered", "_disconnected", "_left", "_task")

    def __init__(self, server, request, done):
        self._server = server
        self._request = request
        self._done = done
        self._status = None
        self._headers = None
        self._pipe = None
        self._body_given = False
        self._complete = False
        self._answered = False
        self._disconnected = False
        # Bytes to come by the application's Content-Length; None where it declares none.
        self._left = None
        self._changed = None
        self._task = None

    def begin(self):
        self._task = task = self._server.loop.create_task(self._run())
        active = self._server.active
        active.add(task)
        task.add_done_callback(active.discard)

    def cancel(self):
        """The client is gone: the application learns it from receive(), as from its server."""
        try:
            self._server.loop.call_soon_threadsafe(self._disconnect)
        except RuntimeError:
            pass

    def _disconnect(self):
        self._disconnected = True
        self._notify()

    def _notify(self):
        if self._changed is not None:
            self._changed.set()

    async def _run(self):
        server = self._server
        logger = logging.getLogger(server.logger)
        try:
            result = await server.app(server.scope(self._request), self._receive, self._send)
        except BaseException as error:
            logger.error("Exception in ASGI application\n", exc_info=(type(error), error, error.__traceback__))
            self._abort(error)
            return
        finally:
            close = getattr(self._request.body, "close", None)
            if close is not None:
                close()
        if result is not None:
            logger.error("ASGI callable should return None, but returned '%s'.", result)
            self._status = self._status or 0
            self._abort(None)
        elif not self._complete and not self._disconnected:
            logger.error("ASGI callable returned without %s response.",
                         "starting" if self._status is None else "completing")
            self._abort(None)

    def _bodiless(self):
        return has_no_body(self._request.method, self._status)

    def _abort(self, error):
        if self._complete or self._disconnected:
            return
        self._complete = True
        if self._answered:
            return
        if self._pipe is not None:
            self._pipe.end(ConnectionLost(str(error)))
        elif self._status is None:
            self._status, self._headers = 500, [(b"content-type", b"text/plain; charset=utf-8")]
            body = b"" if self._request.method == "HEAD" else b"Internal Server Error"
            self._done(self._response(body))
        elif self._headers is None:
            self._done(ConnectionLost(str(error)))
        elif self._bodiless():
            self._done(self._response(b""))
        else:
            # The head has gone out before the application failed.
            self._open_pipe()
            self._pipe.end(ConnectionLost(str(error)))

    def _open_pipe(self):
        self._pipe = Pipe()
        self._pipe.on_close = self.cancel
        self._done(self._response(self._pipe))

    async def _receive(self):
        if not self._body_given:
            body = self._request.body
            if type(body) is bytes:
                self._body_given = True
                return {"type": "http.request", "body": body, "more_body": False}
            try:
                chunk = await self._server.loop.run_in_executor(None, body.read, 65536)
            except ConnectionLost:
                self._disconnect()
                return {"type": "http.disconnect"}
            if not chunk:
                self._body_given = True
            return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}
        while not (self._complete or self._disconnected):
            if self._changed is None:
                self._changed = asyncio.Event()
            await self._changed.wait()
            self._changed.clear()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if self._disconnected:
            return
        kind = message["type"]
        if self._status is None:
            if kind != "http.response.start":
                raise RuntimeError(f"Expected ASGI message 'http.response.start', but got '{kind}'.")
            self._status = message["status"]
            headers = list(message.get("headers", ()))
            if self._server.check is not None:
                self._server.check(self._status, headers)
            self._headers = headers
            if not self._bodiless():
                for name, value in headers:
                    if name.lower() == b"content-length":
                        self._left = int(value)
                    elif name.lower() == b"transfer-encoding":
                        self._left = None
                        break
            return
        if self._complete:
            raise RuntimeError(f"Unexpected ASGI message '{kind}' sent, after response already completed.")
        if kind != "http.response.body":
            raise RuntimeError(f"Expected ASGI message 'http.response.body', but got '{kind}'.")
        body = message.get("body", b"")
        more = message.get("more_body", False)
        if type(body) is not bytes:
            body = bytes(body)
        if self._bodiless():
            if not self._answered:
                self._answered = True
                self._done(self._response(b""))
            if not more:
                self._complete = True
                self._notify()
            return
        if self._left is not None:
            if len(body) > self._left:
                raise RuntimeError("Response content longer than Content-Length")
            self._left -= len(body)
        short = not more and self._left
        if self._pipe is None:
            if not more and not short:
                self._complete = True
                self._notify()
                self._done(self._response(body))
                return
            self._open_pipe()
        if body:
            await self._stream(body)
        if short:
            raise RuntimeError("Response content shorter than Content-Length")
        if not more:
            self._complete = True
            self._notify()
            self._pipe.end()

    async def _stream(self, body):
        loop = self._server.loop
        writable = asyncio.Event()
        try:
            if self._pipe.offer(body, lambda: loop.call_soon_threadsafe(writable.set)):
                await writable.wait()
        except ConnectionLost:
            self._disconnect()

    def _response(self, body):
        headers = []
        for source in (self._server.default_headers(), self._headers):
            for name, value in source:
                name = bytes(name).decode("latin-1")
                if name.lower() not in HOP_BY_HOP:
                    headers.append((name, bytes(value).decode("latin-1")))
        return Response(self._status, _reasons.get(self._status, ""), headers, body)
