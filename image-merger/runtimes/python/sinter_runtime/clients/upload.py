"""The body of a request on its way to a local callee: gathered while it is small, streamed beyond STREAM_BYTES."""

from ..errors import ConnectionLost, Spill
from ..pipe import Pipe

STREAM_BYTES = 1024 * 1024


class Upload:
    """add() or aadd() all of the body, then exchange() or aexchange(). The callee runs from STREAM_BYTES on."""

    __slots__ = ("_dispatcher", "_callee", "_host", "_request", "timeout", "_chunks", "_size", "_pipe", "_answer")

    def __init__(self, dispatcher, callee, host, request, timeout):
        self._dispatcher = dispatcher
        self._callee = callee
        self._host = host
        self._request = request
        self.timeout = timeout
        self._chunks = []
        self._size = 0
        self._pipe = None
        self._answer = None

    def add(self, data):
        if not data:
            return
        if self._pipe is not None:
            self._put(data)
            return
        if self._gather(data):
            try:
                self._answer = self._dispatcher.begin(self._callee, self._host, self._request, self.timeout)
            except Spill:
                self._pipe.close()
                self._answer = _lost

    async def aadd(self, data):
        if not data:
            return
        import asyncio

        if self._pipe is not None:
            loop = asyncio.get_running_loop()
            writable = asyncio.Event()
            try:
                if self._pipe.offer(data, lambda: loop.call_soon_threadsafe(writable.set)):
                    await writable.wait()
            except ConnectionLost:
                pass
        elif self._gather(data):
            self._answer = asyncio.ensure_future(self._acall())

    async def _acall(self):
        try:
            return await self._dispatcher.acall(self._callee, self._host, self._request, self.timeout)
        finally:
            # Nobody reads it any more; whoever writes must not wait.
            self._pipe.close()

    def _gather(self, data):
        """Whether streaming starts with this chunk."""
        self._chunks.append(data)
        self._size += len(data)
        if self._size <= STREAM_BYTES:
            return False
        self._pipe = Pipe()
        self._request.body = PipeReader(self._pipe)
        chunks, self._chunks = self._chunks, []
        self._pipe.preload(b"".join(chunks))
        return True

    def _put(self, data):
        try:
            self._pipe.put(data)
        except ConnectionLost:
            # The callee is done without the rest, as a server that answers early.
            pass

    @property
    def target(self):
        return self._request.target

    @property
    def started(self):
        return self._pipe is not None

    def body(self):
        """What was gathered; all of it when nothing was streamed."""
        chunks = self._chunks
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def abandon(self):
        """Carries the request out without anybody waiting for the answer."""
        if self._pipe is None:
            self._request.body = self.body()
            self._dispatcher.send(self._callee, self._host, self._request)
        else:
            self._pipe.end()

    def exchange(self):
        if self._pipe is None:
            self._request.body = self.body()
            return self._dispatcher.call(self._callee, self._host, self._request, self.timeout)
        self._pipe.end()
        try:
            return self._answer(self.timeout)
        except Spill:
            # What was streamed cannot be sent again.
            raise ConnectionLost("the callee is gone") from None

    async def aexchange(self):
        if self._pipe is None:
            self._request.body = self.body()
            return await self._dispatcher.acall(self._callee, self._host, self._request, self.timeout)
        self._pipe.end()
        try:
            return await self._answer
        except Spill:
            raise ConnectionLost("the callee is gone") from None


def _lost(timeout):
    raise ConnectionLost("the callee is gone")


class PipeReader:
    """A request body read from a pipe."""

    def __init__(self, pipe):
        self._pipe = pipe
        self._left = b""

    def read(self, size):
        if not self._left:
            self._left = next(self._pipe, b"")
        part, self._left = self._left[:size], self._left[size:]
        return part

    def close(self):
        self._pipe.close()
