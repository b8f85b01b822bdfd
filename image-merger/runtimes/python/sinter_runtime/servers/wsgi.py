"""Calls a WSGI application in the current thread and answers what its server would have answered."""

import io
import sys
import tempfile
from urllib.parse import unquote_to_bytes

from ..exchange import Response
from ..errors import BodyCut, ConnectionLost

SPOOL_BYTES = 512 * 1024

_keys = {}


def environ_key(name):
    """HTTP_ACCEPT for accept; the table is bounded, names are the clients'."""
    key = _keys.get(name)
    if key is None:
        upper = name.upper().replace("-", "_")
        key = upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + upper
        if len(_keys) < 4096:
            _keys[name] = key
    return key


class TooLarge(Exception):
    """The body has more bytes than the server takes."""


class WsgiServer:
    """style is the server's way of building environ and heads (see styles.py); permits bounds concurrency or is None."""

    kind = "wsgi"

    def __init__(self, app, style, permits=None):
        self.app = app
        self.style = style
        self.permits = permits
        self._template = style.template()

    def respond(self, request):
        style = self.style
        try:
            environ = self._environ(request)
        except TooLarge:
            return style.too_large(request)
        head = []
        written = []

        def start_response(status, headers, exc_info=None):
            if exc_info:
                try:
                    if len(head) > 2:
                        raise exc_info[1].with_traceback(exc_info[2])
                finally:
                    exc_info = None
            elif head:
                raise AssertionError("Headers already set!")
            style.check(status, headers)
            head[:] = (status, style.replaced(head[1], headers) if head else headers)
            return written.append

        try:
            result = self.app(environ, start_response)
        except Exception as error:
            return style.failure(request, error)
        except BaseException as error:
            return self._ended(request, error)
        return self._answer(request, result, head, written)

    def _environ(self, request):
        style = self.style
        environ = self._template.copy()
        target = request.target
        path, mark, query = target.partition("?")
        environ["REQUEST_METHOD"] = request.method
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
        environ["QUERY_STRING"] = query
        for key in style.raw_target_keys:
            environ[key] = target
        environ["REMOTE_ADDR"], port = request.remote
        environ["REMOTE_PORT"] = str(port)
        joiner = style.joiner
        drops = style.drops_underscores
        for name, value in request.headers:
            if drops and "_" in name:
                continue
            key = _keys.get(name) or environ_key(name)
            if key in environ and key[0] == "H":
                environ[key] = environ[key] + joiner + value
            else:
                environ[key] = value
        body = request.body
        limit = style.max_body_bytes
        if type(body) is bytes:
            if len(body) >= limit:
                raise TooLarge
            environ["wsgi.input"] = style.whole_input(body)
            if "HTTP_TRANSFER_ENCODING" in environ:
                style.dechunked(environ, len(body))
        elif style.spools:
            declared = environ.get("CONTENT_LENGTH", "")
            if declared.isdigit() and int(declared) >= limit:
                raise TooLarge
            spooled, length = _spool(body, limit)
            environ["wsgi.input"] = spooled
            style.dechunked(environ, length)
        else:
            environ["wsgi.input"] = style.streamed_input(_RawBody(body))
            if "HTTP_TRANSFER_ENCODING" in environ:
                style.dechunked(environ, None)
        style.finish_environ(environ)
        return environ

    def _answer(self, request, result, head, written):
        style = self.style
        try:
            kind = type(result)
            if kind is list or kind is tuple:
                rest = None
                single = len(result) == 1
                first = result[0] if single else b"".join(result) if all(type(part) is bytes for part in result) else None
            else:
                if head:
                    head[1] = style.sized(result, head[1])
                rest = iter(result)
                first = b""
                for first in rest:
                    if first:
                        break
                single = hasattr(result, "__len__") and len(result) == 1
            if not head:
                raise AssertionError("start_response was not called")
            if written:
                first = b"".join(written) + first
                single = False
            mistyped = type(first) is not bytes
            status, headers, declared, bodiless = style.head(request, head[0], head[1], first if single else None)
            head.append("sent")
            if mistyped:
                _close(result)
                style.late_failure(TypeError(f"{first!r} is not a byte"))
                rest, result = iter((first,)), ()
                first = b""
            if rest is not None and not mistyped:
                if bodiless or (declared is not None and len(first) >= declared):
                    self._run_out(rest)
                    rest = None
        except BaseException as error:
            _close(result)
            if not isinstance(error, Exception):
                return self._ended(request, error)
            return style.failure(request, error)
        code, _, reason = status.partition(" ")
        if rest is not None:
            return Response(int(code), reason, headers, _Streamed(first, rest, result))
        try:
            _close(result)
        except Exception as error:
            style.late_failure(error)
        if bodiless:
            first = b""
        elif declared is not None and len(first) > declared:
            first = first[:declared]
        return Response(int(code), reason, headers, first)

    def _run_out(self, rest):
        """Nobody hears of what goes wrong after the head."""
        try:
            for _ in rest:
                pass
        except Exception as error:
            self.style.late_failure(error)

    def _ended(self, request, error):
        """sys.exit (or worse) in a handler: the exchange fails as an error of the application, and it is noted."""
        return self.style.exit_in_handler(request, error)


class _Streamed:
    """The rest of an application's iterable, pulled as the reader reads."""

    def __init__(self, first, rest, result):
        self._first = first
        self._rest = rest
        self._result = result

    def __iter__(self):
        return self

    def __next__(self):
        first, self._first = self._first, b""
        if first:
            return first
        try:
            for chunk in self._rest:
                if type(chunk) is not bytes:
                    raise TypeError(f"{chunk!r} is not a byte")
                if chunk:
                    return chunk
        except StopIteration:
            raise
        except Exception as error:
            print(f"{type(error).__name__}: {error} while streaming a response", file=sys.stderr)
            raise ConnectionLost(str(error)) from error
        raise StopIteration

    def close(self):
        result, self._result = self._result, None
        if result is not None:
            _close(result)


class _RawBody(io.RawIOBase):
    def __init__(self, body):
        self._body = body

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            chunk = self._body.read(len(buffer))
        except BodyCut:
            # A server's own input just ends where its client left.
            return 0
        except ConnectionLost as error:
            raise OSError(str(error)) from error
        buffer[:len(chunk)] = chunk
        return len(chunk)


def _spool(body, limit):
    spooled = tempfile.SpooledTemporaryFile(SPOOL_BYTES)
    length = 0
    while True:
        chunk = body.read(65536)
        if not chunk:
            break
        spooled.write(chunk)
        length += len(chunk)
        if length >= limit:
            raise TooLarge
    spooled.seek(0)
    return spooled, length


def _close(result):
    close = getattr(result, "close", None)
    if close is not None:
        close()
