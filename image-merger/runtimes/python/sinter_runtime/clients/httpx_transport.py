"""httpx, sync and async: the transports that would open a connection."""

from ..errors import ConnectionLost, LocalTimeout, Spill
from ..exchange import find, has_no_body
from .. import hooks
from ..identity import here, run_as
from ..pipe import Pipe
from .routes import MAX_HEAD_BYTES, MAX_HEADERS, METHODS, callee_of
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
        if callee is None or not dispatcher.accepts(callee):
            return handle(self, request)
        timeout = request.extensions.get("timeout", {}).get("read")
        upload = _upload(dispatcher, callee, request, timeout)
        try:
            for chunk in request.stream:
                upload.add(chunk)
            answer = upload.exchange()
        except Spill:
            request.stream = _replay(upload.body())
            return run_as(here.get().leaving(), handle, self, request)
        except (LocalTimeout, ConnectionLost) as error:
            raise _mapped(module, error, request) from None
        if type(answer.body) is bytes and _whole(request, answer):
            stream = sync_stream(answer.body, None, None)
        else:
            stream = sync_stream(None, _timed(_pieces(request, answer), timeout), lambda error: _mapped(module, error, request))
        return _response(module, answer, stream)

    async def handle_async_request(self, request):
        callee = _callee(self, request, httpcore.AsyncConnectionPool)
        if callee is None or not dispatcher.accepts(callee):
            return await handle_async(self, request)
        timeout = request.extensions.get("timeout", {}).get("read")
        upload = _upload(dispatcher, callee, request, timeout)
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
            raise _mapped(module, error, request) from None
        if type(answer.body) is bytes and _whole(request, answer):
            stream = async_stream(answer.body, None, None, None)
        else:
            stream = async_stream(None, _pieces(request, answer), timeout, lambda error: _mapped(module, error, request))
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
    raw = request.headers.raw
    if len(raw) > MAX_HEADERS or sum(len(name) + len(value) for name, value in raw) > MAX_HEAD_BYTES:
        return None
    headers = request.headers
    return None if "upgrade" in headers or "expect" in headers else callee


def _host(request):
    return request.headers.get("host") or request.url.host


def _upload(dispatcher, callee, request, timeout):
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    # On the wire httpcore puts Host first.
    for position, (name, _) in enumerate(headers):
        if name.lower() == "host":
            headers.insert(0, headers.pop(position))
            break
    return Upload(dispatcher, callee, _host(request), request.method, request.url.raw_path.decode("latin-1"), headers, timeout)


def _replay(body):
    """A stream already read is replaced by one of the same bytes."""
    from httpx import ByteStream

    return ByteStream(body)


def _whole(request, answer):
    declared = find(answer.headers, "content-length")
    return declared is None or has_no_body(request.method, answer.status) or len(answer.body) >= int(declared)


def _pieces(request, answer):
    """The body as a stream; one that ends before its declared length ends as a lost connection does."""
    if type(answer.body) is not bytes:
        return _Measured(request, answer)
    pipe = Pipe()
    if answer.body:
        pipe.put(answer.body)
    pipe.end(ConnectionLost("the body is shorter than declared"))
    return pipe


class _Measured:
    """Counts what arrives against what was declared."""

    def __init__(self, request, answer):
        declared = find(answer.headers, "content-length")
        self._left = None if declared is None or has_no_body(request.method, answer.status) else int(declared)
        self._body = answer.body

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

    def close(self):
        self._body.close()


def _timed(body, timeout):
    if hasattr(body, "timeout"):
        body.timeout = timeout
    return body


def _mapped(module, error, request):
    import httpx

    if isinstance(error, LocalTimeout):
        return httpx.ReadTimeout("timed out", request=request)
    return httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)


def _response(module, answer, stream):
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if find(answer.headers, "content-length") is None and answer.status not in (204, 304):
        headers.append((b"transfer-encoding", b"chunked"))
    return module.Response(status_code=answer.status, headers=headers, stream=stream,
                           extensions={"http_version": b"HTTP/1.1", "reason_phrase": answer.reason.encode("latin-1")})


def _streams(module):
    """Stream classes derived from the loaded httpx's own."""

    class LocalStream(module.SyncByteStream):
        def __init__(self, body, chunks, mapped):
            self._body = body
            self._chunks = chunks
            self._mapped = mapped

        def __iter__(self):
            if self._chunks is None:
                if self._body:
                    yield self._body
                return
            try:
                yield from self._chunks
            except (LocalTimeout, ConnectionLost) as error:
                raise self._mapped(error) from None

        def close(self):
            if self._chunks is not None:
                self._chunks.close()

    class LocalAsyncStream(module.AsyncByteStream):
        def __init__(self, body, chunks, timeout, mapped):
            self._body = body
            self._chunks = chunks
            self._timeout = timeout
            self._mapped = mapped

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
                    raise self._mapped(LocalTimeout()) from None
                except ConnectionLost as error:
                    raise self._mapped(error) from None
                if not chunk:
                    return
                yield chunk

        async def aclose(self):
            if self._chunks is not None:
                self._chunks.close()

    return LocalStream, LocalAsyncStream
