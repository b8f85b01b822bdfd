"""httpx, sync and async: the transports that would open a connection."""

from ..errors import ConnectionLost, LocalTimeout, Spill
from ..exchange import Request, find, has_no_body
from .. import hooks
from ..identity import here, run_as
from ..pipe import Pipe
from .routes import MAX_HEAD_BYTES, MAX_HEADERS, METHODS, callee_of, is_short
from .upload import Upload


def install(dispatcher):
    hooks.after_import("httpx._transports.default", lambda module: _patch(module, dispatcher))


def _patch(module, dispatcher):
    import httpcore

    sync_class, async_class = module.HTTPTransport, module.AsyncHTTPTransport
    handle, handle_async = sync_class.handle_request, async_class.handle_async_request
    sync_stream, async_stream = _streams(module)

    def handle_request(self, request):
        callee = _callee(self, request, httpcore.ConnectionPool)
        if callee is None:
            return handle(self, request)
        timeout = request.extensions.get("timeout", {}).get("read")
        upload = _upload(dispatcher, callee, request, timeout)
        if upload is None:
            return handle(self, request)
        try:
            for chunk in request.stream:
                upload.add(chunk)
            answer = upload.exchange()
        except Spill:
            request.stream = _replay(upload.body())
            return run_as(here.get().leaving(), handle, self, request)
        except (LocalTimeout, ConnectionLost) as error:
            _raise(error, request, LOST)
        if type(answer.body) is bytes and _whole(request, answer):
            stream = sync_stream(answer.body, None, request)
        else:
            stream = sync_stream(None, _timed(_pieces(request, answer), timeout), request)
        return _response(module, answer, stream)

    async def handle_async_request(self, request):
        callee = _callee(self, request, httpcore.AsyncConnectionPool)
        if callee is None:
            return await handle_async(self, request)
        timeout = request.extensions.get("timeout", {}).get("read")
        upload = _upload(dispatcher, callee, request, timeout)
        if upload is None:
            return await handle_async(self, request)
        try:
            async for chunk in request.stream:
                await upload.aadd(chunk)
            answer = await upload.aexchange()
        except Spill:
            request.stream = _replay(upload.body())
            token = here.set(here.get().leaving())
            try:
                return await handle_async(self, request)
            finally:
                here.reset(token)
        except (LocalTimeout, ConnectionLost) as error:
            _raise(error, request, LOST, late="")
        if type(answer.body) is bytes and _whole(request, answer):
            stream = async_stream(answer.body, None, None, request)
        else:
            stream = async_stream(None, _pieces(request, answer), timeout, request)
        return _response(module, answer, stream)

    sync_class.handle_request = handle_request
    async_class.handle_async_request = handle_async_request


def _callee(transport, request, plain_pool):
    url = request.url
    if url.scheme != "http":
        return None
    callee = callee_of(url.host, url.port or 80)
    if callee is None or type(transport._pool) is not plain_pool:
        return None
    if getattr(transport._pool, "_uds", None) is not None or request.method not in METHODS:
        return None
    return callee


# Headers that clients repeat with every request are read once.
_known = {}
_REPEATED = frozenset(("host", "user-agent", "accept", "accept-encoding", "connection", "content-type"))
_MAX_KNOWN = 1024


def _pair(raw):
    name, value = raw
    pair = name.decode("latin-1"), value.decode("latin-1")
    if pair[0].lower() in _REPEATED and len(value) < 128 and len(_known) < _MAX_KNOWN:
        _known[raw] = pair
    return pair


def _upload(dispatcher, callee, request, timeout):
    """The request on its way; None when it is not for the short way, or the callee does not take it."""
    headers = []
    host = None
    size = 0
    for raw in request.headers.raw:
        pair = _known.get(raw) or _pair(raw)
        size += len(pair[0]) + len(pair[1])
        if host is None and pair[0].lower() == "host":
            host = pair[1]
            # On the wire httpcore puts Host first.
            headers.insert(0, pair)
        else:
            headers.append(pair)
    if len(headers) > MAX_HEADERS or size > MAX_HEAD_BYTES or not is_short(headers) or not dispatcher.accepts(callee):
        return None
    made = Request(request.method, request.url.raw_path.decode("latin-1"), headers)
    return Upload(dispatcher, callee, host or request.url.host, made, timeout)


def _replay(body):
    """A stream already read is replaced by one of the same bytes."""
    from httpx import ByteStream

    return ByteStream(body)


def _whole(request, answer):
    declared = find(answer.headers, "content-length")
    return declared is None or has_no_body(request.method, answer.status) or len(answer.body) >= int(declared)


def _pieces(request, answer):
    """The body as a stream; one that ends before its declared length ends as a lost connection does."""
    body = answer.body
    if type(body) is bytes:
        pipe = Pipe()
        if body:
            pipe.put(body)
        pipe.end(ConnectionLost("the body is shorter than declared"))
        body = pipe
    return _Measured(request, answer, body)


class _Measured:
    """Counts what arrives against what was declared."""

    def __init__(self, request, answer, body):
        declared = find(answer.headers, "content-length")
        self._declared = None if declared is None or has_no_body(request.method, answer.status) else int(declared)
        self._left = self._declared
        self._body = body

    @property
    def timeout(self):
        return getattr(self._body, "timeout", None)

    @timeout.setter
    def timeout(self, seconds):
        if hasattr(self._body, "timeout"):
            self._body.timeout = seconds

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self._count(next(self._body))
        except StopIteration:
            self._check()
            raise

    def take(self, on_readable):
        chunk = self._body.take(on_readable)
        if chunk:
            return self._count(chunk)
        if chunk is not None:
            self._check()
        return chunk

    def _count(self, chunk):
        if self._left is not None:
            self._left -= len(chunk)
        return chunk

    def _check(self):
        if self._left is not None and self._left > 0:
            raise ConnectionLost("the body is shorter than declared")

    def cut(self):
        """What httpx says of a body that ended too early."""
        how = "incomplete chunked read" if self._declared is None else \
            f"received {self._declared - self._left} bytes, expected {self._declared}"
        return f"peer closed connection without sending complete message body ({how})"

    def close(self):
        self._body.close()


def _timed(body, timeout):
    if hasattr(body, "timeout"):
        body.timeout = timeout
    return body


LOST = "Server disconnected without sending a response."


def _raise(error, request, text, late="timed out"):
    """What httpx raises over the wire: its own exception because of httpcore's."""
    import httpcore
    import httpx

    kind = "RemoteProtocolError"
    if isinstance(error, LocalTimeout):
        kind, text = "ReadTimeout", late
    raise getattr(httpx, kind)(text, request=request) from getattr(httpcore, kind)(text)


def _response(module, answer, stream):
    headers = [(name.encode("latin-1"), value.strip(" \t").encode("latin-1")) for name, value in answer.headers]
    if find(answer.headers, "content-length") is None and answer.status not in (204, 304):
        headers.append((b"transfer-encoding", b"chunked"))
    return module.Response(status_code=answer.status, headers=headers, stream=stream,
                           extensions={"http_version": b"HTTP/1.1", "reason_phrase": answer.reason.encode("latin-1")})


def _streams(module):
    """Stream classes derived from the loaded httpx's own."""

    class LocalStream(module.SyncByteStream):
        def __init__(self, body, chunks, request):
            self._body = body
            self._chunks = chunks
            self._request = request

        def __iter__(self):
            if self._chunks is None:
                if self._body:
                    yield self._body
                return
            try:
                yield from self._chunks
            except (LocalTimeout, ConnectionLost) as error:
                _raise(error, self._request, self._chunks.cut())

        def close(self):
            if self._chunks is not None:
                self._chunks.close()

    class LocalAsyncStream(module.AsyncByteStream):
        def __init__(self, body, chunks, timeout, request):
            self._body = body
            self._chunks = chunks
            self._timeout = timeout
            self._request = request

        async def __aiter__(self):
            if self._chunks is None:
                if self._body:
                    yield self._body
                return
            import asyncio

            loop = asyncio.get_running_loop()
            while True:
                readable = asyncio.Event()
                try:
                    chunk = self._chunks.take(lambda: loop.call_soon_threadsafe(readable.set))
                    if chunk is None:
                        await asyncio.wait_for(readable.wait(), self._timeout)
                        continue
                except asyncio.TimeoutError:
                    _raise(LocalTimeout(), self._request, "", late="")
                except ConnectionLost as error:
                    _raise(error, self._request, self._chunks.cut())
                if not chunk:
                    return
                yield chunk

        async def aclose(self):
            if self._chunks is not None:
                self._chunks.close()

    return LocalStream, LocalAsyncStream
