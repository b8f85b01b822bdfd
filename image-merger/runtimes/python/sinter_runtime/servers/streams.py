"""Serves through a server's own protocol, on its own event loop, over connections that exist only in memory: its parser,
limits, headers, error pages and logs are all its own. For servers whose application cannot be called without them."""

from ..errors import ConnectionLost
from ..exchange import Response
from ..identity import here
from ..pipe import Pipe
from ..wire import ResponseReader, chunk, request_head

MAX_IDLE = 64
# How long a handler may still write the body that an answer to HEAD will not have.
LINGER_SECONDS = 1.0


class StreamServer:
    """connect(stream) makes a connection of the server's, on its loop: it has feed(data), which returns None or an
    awaitable that ends when it takes more, end() when the client sends no more, resume() after written() returned False, and close(). It calls the stream's
    written(data) and closed()."""

    kind = "loop"
    permits = None

    def __init__(self, loop, connect):
        self.loop = loop
        self.connect = connect
        self.idle = []

    def start(self, request, context, done):
        """Hands the request to the loop. done(response) or done(error) is called once, on the loop's thread."""
        exchange = StreamExchange(self, request, context, done)
        try:
            self.loop.call_soon_threadsafe(exchange.begin, context=context)
        except RuntimeError:
            raise ConnectionLost("the event loop is closed") from None
        return exchange


class Stream:
    """A kept connection. Tasks its server made when it was opened see the scope of the exchange it carries now."""

    def __init__(self, server, request, context):
        self.remote = request.remote
        self.exchange = None
        self.open = True
        self._server = server
        self._scope = context.get(here)
        self.connection = server.connect(self)

    def carry(self, exchange, context):
        self.exchange = exchange
        scope, own = context.get(here), self._scope
        if scope is not own:
            own.trace_id, own.span_id, own.depth, own.remote = scope.trace_id, scope.span_id, scope.depth, scope.remote

    def written(self, data):
        """From the server; False asks it to wait for resume()."""
        exchange = self.exchange
        return True if exchange is None else exchange.written(data)

    def closed(self):
        """From the server: it closed the connection."""
        self.open = False
        if self in self._server.idle:
            self._server.idle.remove(self)
        exchange, self.exchange = self.exchange, None
        if exchange is not None:
            exchange.closed()

    def release(self, keeps, lingers):
        self.exchange = None
        loop = self._server.loop
        if not keeps or not self.open:
            self.close()
        elif lingers:
            loop.call_later(LINGER_SECONDS, self.close)
        else:
            # A handler that fails after its last byte makes the server close: two turns let it.
            loop.call_soon(loop.call_soon, self._keep)

    def _keep(self):
        if not self.open:
            return
        if len(self._server.idle) < MAX_IDLE:
            self._server.idle.append(self)
        else:
            self.close()

    def close(self):
        if self.open:
            self.open = False
            self.connection.close()


class StreamExchange:
    """One request in flight. All but cancel runs on the loop."""

    __slots__ = ("_server", "_request", "_context", "_done", "_stream", "_reader", "_pipe", "_parts", "_sent", "_upload",
                 "_waiting")

    def __init__(self, server, request, context, done):
        self._server = server
        self._request = request
        self._context = context
        self._done = done
        self._reader = ResponseReader(request.method)
        self._stream = None
        self._pipe = None
        self._parts = []
        self._sent = False
        self._upload = None
        self._waiting = False

    def begin(self):
        server, request = self._server, self._request
        try:
            stream = server.idle.pop() if server.idle else Stream(server, request, self._context)
        except Exception as error:
            self._done(ConnectionLost(repr(error)))
            return
        self._stream = stream
        stream.carry(self, self._context)
        head, chunked = request_head(request)
        body = request.body
        if type(body) is bytes:
            if chunked:
                body = (chunk(body) if body else b"") + b"0\r\n\r\n"
            self._sent = True
            stream.connection.feed(head + body)
        else:
            stream.connection.feed(head)
            self._upload = server.loop.create_task(self._send_body(body, chunked))

    async def _send_body(self, body, chunked):
        connection = self._stream.connection
        loop = self._server.loop
        try:
            while self._stream is not None:
                part = await loop.run_in_executor(None, body.read, 65536)
                if not part or self._stream is None:
                    break
                more = connection.feed(chunk(part) if chunked else part)
                if more is not None:
                    await more
            if self._stream is not None and chunked:
                connection.feed(b"0\r\n\r\n")
            self._sent = True
            self._finish()
        except ConnectionLost:
            # The client sends no more: its server decides whether it still answers.
            if self._stream is not None:
                connection.end()
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def written(self, data):
        reader = self._reader
        try:
            body = reader.feed(bytes(data))
        except (ConnectionLost, ValueError) as error:
            self._fail(str(error))
            return True
        if reader.response is None:
            return True
        if self._pipe is not None:
            return self._pass_on(body)
        if body:
            self._parts.append(body)
        if reader.ended:
            self._answer()
        elif not self._waiting:
            # Heads and bodies are often written one after the other: what comes within this turn needs no stream.
            self._waiting = True
            self._server.loop.call_soon(self._start_streaming)
        return True

    def _answer(self):
        response = self._reader.response
        response.body = b"".join(self._parts)
        done, self._done = self._done, None
        self._finish()
        done(response)

    def _start_streaming(self):
        if self._done is None or self._reader.ended:
            return
        head = self._reader.response
        self._pipe = pipe = Pipe()
        pipe.on_close = self.cancel
        if self._parts:
            pipe.preload(b"".join(self._parts))
        done, self._done = self._done, None
        done(Response(head.status, head.reason, head.headers, pipe))

    def _pass_on(self, body):
        full = False
        if body:
            stream, loop = self._stream, self._server.loop
            try:
                full = self._pipe.offer(body, lambda: loop.call_soon_threadsafe(stream.connection.resume))
            except ConnectionLost:
                self._leave(False)
                return True
        if self._reader.ended:
            self._pipe.end()
            self._finish()
        return not full

    def _finish(self):
        """Both directions are done: the connection may carry another request."""
        if self._reader.ended and (self._sent or not self._reader.keeps):
            self._leave(self._reader.keeps)

    def _leave(self, keeps):
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.release(keeps, self._request.method == "HEAD")

    def closed(self):
        self._stream = None
        whole = self._reader.close()
        if self._pipe is not None:
            self._pipe.end(None if whole else ConnectionLost("the answer was cut off"))
        elif self._done is not None:
            if whole:
                self._answer()
            elif self._reader.response is not None:
                self._start_streaming()
                self._pipe.end(ConnectionLost("the answer was cut off"))
            else:
                self._fail("the server closed the connection without an answer")

    def _fail(self, reason):
        error = ConnectionLost(reason)
        if self._pipe is not None:
            self._pipe.end(error)
        done, self._done = self._done, None
        if done is not None:
            done(error)
        self._leave(False)

    def cancel(self):
        """From any thread: the client is gone, and its connection with it."""
        try:
            self._server.loop.call_soon_threadsafe(self._leave, False)
        except RuntimeError:
            pass
