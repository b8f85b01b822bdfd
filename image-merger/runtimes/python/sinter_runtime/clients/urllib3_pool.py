"""urllib3 2, and with it requests: the plain call of a pooled connection that is local already, without formatting and
reading its bytes. Whatever is not plain goes the library's own way; so does an answer that its retries, redirects, decoders
or errors have a say in: that way then finds the answer there (see foretell)."""

import functools
import http.client
import inspect
import logging
import re

from .. import hooks
from ..errors import ConnectionLost, LocalTimeout, Spill
from ..exchange import Request
from .http_client import read_response
from .local_socket import LocalSocket, foretell
from .routes import MAX_HEAD_BYTES, MAX_HEADERS, METHODS, callee_of, is_short

_IDLE = http.client._CS_IDLE
_WITHOUT_BODY = frozenset(("GET", "HEAD", "DELETE", "OPTIONS"))
# Targets that urllib3 leaves as they are.
_plain_target = re.compile(r"/(?!/)[\w.~!$&'()*+,;=:@/-]*(?:\?[\w.~!$&'()*+,;=:@/?-]*)?", re.ASCII).fullmatch
_REPEATED = frozenset(("user-agent", "accept", "accept-encoding", "connection", "content-type"))
_MAX_KNOWN = 1024
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


def install(dispatcher):
    hooks.after_import("urllib3.connectionpool", lambda module: _patch(module, dispatcher))


def _patch(module, dispatcher):
    pool_class = module.HTTPConnectionPool
    library_urlopen = pool_class.urlopen
    if "preload_content" not in inspect.signature(library_urlopen).parameters:
        return  # urllib3 1
    short = _Short(module, dispatcher)

    @functools.wraps(library_urlopen)
    def urlopen(self, method, url, body=None, headers=None, retries=None, redirect=True, assert_same_host=True,
                timeout=module._DEFAULT_TIMEOUT, pool_timeout=None, release_conn=None, chunked=False, body_pos=None,
                preload_content=True, decode_content=True, **more):
        foretold = False
        callee = callee_of(self.host, self.port)
        if (callee is not None and not chunked and body_pos is None and not more and type(self) is pool_class
                and (body is None or type(body) is bytes)):
            response, foretold = short.call(self, callee, method, url, body, headers, retries, redirect, timeout,
                                            release_conn, preload_content, decode_content)
            if response is not None:
                return response
        try:
            return library_urlopen(self, method, url, body, headers, retries, redirect, assert_same_host, timeout,
                                   pool_timeout, release_conn, chunked, body_pos, preload_content=preload_content,
                                   decode_content=decode_content, **more)
        finally:
            if foretold:
                foretell(None)

    pool_class.urlopen = urlopen
    short.keep_watch()


class _Short:
    """One per copy of urllib3."""

    def __init__(self, module, dispatcher):
        from urllib3.response import HTTPResponse
        from urllib3.util.request import SKIP_HEADER

        self._dispatcher = dispatcher
        self._module = module
        self._connection_class = module.HTTPConnectionPool.ConnectionCls
        self._queue_class = module.HTTPConnectionPool.QueueCls
        self._headers_class = module.HTTPHeaderDict if hasattr(module, "HTTPHeaderDict") else None
        self._response_class = HTTPResponse
        self._skip_header = SKIP_HEADER
        self._agent = inspect.getmodule(self._connection_class)._get_default_user_agent
        parameters = inspect.signature(HTTPResponse.__init__).parameters
        self._version = {"version_string": "HTTP/1.1"} if "version_string" in parameters else {}
        self._names_shutdown = "sock_shutdown" in parameters
        self._known = {}
        self._own = ()

    def keep_watch(self):
        """Somebody else's hooks in what is passed over want to be called: then it is not."""
        classes = [self._module.HTTPConnectionPool, self._connection_class, http.client.HTTPConnection]
        self._own = [(vars(cls), name, value) for cls in classes for name, value in vars(cls).items()
                     if name in _PASSED_OVER]

    def call(self, pool, callee, method, url, body, headers, retries, redirect, timeout, release_conn, preload_content,
             decode_content):
        """(response, False), or (None, whether the library's own way will find the answer there)."""
        no = None, False
        if (method not in METHODS or type(url) is not str or not _plain_target(url) or pool.proxy is not None or pool.block
                or self._headers_class is None or not self._dispatcher.is_clear(callee)):
            return no
        for variables, name, value in self._own:
            if variables.get(name) is not value:
                return no
        if not _PASSED_OVER.isdisjoint(vars(pool)) or self._module.log.isEnabledFor(logging.DEBUG):
            return no
        module = self._module
        if not isinstance(retries, module.Retry):
            retries = module.Retry.from_int(retries, redirect=redirect, default=pool.retries)
        if type(retries) is not module.Retry:
            return no
        seconds = self._read_seconds(pool.timeout if timeout is module._DEFAULT_TIMEOUT else timeout)
        if seconds == 0:
            return no
        conn = self._take(pool)
        if conn is None:
            return no
        made = self._request(conn, method, url, body, pool.headers if headers is None else headers)
        if made is None:
            self._give_back(pool, conn)
            return no
        host, request = made
        error = answer = None
        try:
            answer = self._dispatcher.call(callee, host, request, seconds)
        except (Spill, LocalTimeout, ConnectionLost) as failure:
            error = failure
        except BaseException:
            conn.close()
            self._give_back(pool, None)
            raise
        if error is not None or not _is_plain(method, answer, redirect, preload_content and decode_content, retries):
            self._give_back(pool, conn)
            foretell((request.target, answer, error))
            return None, True
        conn.timeout = conn.sock.timeout = seconds
        pool.num_requests += 1
        if release_conn is None:
            release_conn = preload_content
        return self._response(pool, conn, method, url, answer, retries, release_conn, preload_content, decode_content), False

    def _read_seconds(self, timeout):
        """The time to wait for an answer; 0 where the library's own way has more to tell."""
        if type(timeout) is self._module.Timeout:
            if timeout.total is not None:
                return 0
            return timeout.resolve_default_timeout(timeout._read)
        return 0 if timeout is not None and (type(timeout) not in (int, float) or timeout <= 0) else timeout

    def _take(self, pool):
        """An idle local connection of the pool, or None."""
        waiting = pool.pool
        if type(waiting) is not self._queue_class:
            return None
        with waiting.mutex:
            conns = waiting.queue
            conn = conns[-1] if conns else None
            if (type(conn) is not self._connection_class or type(conn.sock) is not LocalSocket or conn.debuglevel
                    or conn._HTTPConnection__state != _IDLE or not _PASSED_OVER.isdisjoint(vars(conn))):
                return None
            previous = conn._HTTPConnection__response
            if previous is not None and not previous.isclosed():
                return None
            return conns.pop()

    def _give_back(self, pool, conn):
        waiting = pool.pool
        if type(waiting) is self._queue_class:
            with waiting.mutex:
                if len(waiting.queue) < waiting.maxsize:
                    waiting.queue.append(conn)
                    return
        pool._put_conn(conn)

    def _request(self, conn, method, url, body, headers):
        """(host, request) as the connection would have put it on the wire; None where it has something to say."""
        names = set()
        given = []
        size = len(url)
        known = self._known
        try:
            for name, value in headers.items():
                pair = known.get((name, value)) or self._pair(name, value)
                if pair is None:
                    return None
                given.append(pair)
                size += len(name) + len(value)
                names.add(name.lower())
        except (AttributeError, TypeError):
            return None
        if len(names) != len(given) or len(given) > MAX_HEADERS - 4 or size > MAX_HEAD_BYTES - 200:
            return None
        host = f"{conn.host}:{conn.port}" if conn.port != conn.default_port else conn.host
        fields = []
        if "host" in names:
            host = next(value for name, value in given if name.lower() == "host")
        else:
            fields.append(("Host", host))
        if "accept-encoding" not in names:
            fields.append(_IDENTITY)
        length = len(body) if body is not None else None if method in _WITHOUT_BODY else 0
        if "content-length" in names:
            if str(length or 0) != next(value for name, value in given if name.lower() == "content-length"):
                return None
        elif length is not None:
            fields.append(("Content-Length", str(length)))
        if "user-agent" not in names:
            fields.append(("User-Agent", self._agent()))
        fields += given
        return host, Request(method, url, fields, body or b"")

    def _pair(self, name, value):
        """A header as it arrives; None when putheader() would object to it, or the short way does not take it."""
        if type(name) is not str or type(value) is not str or value == self._skip_header:
            return None
        try:
            raw = value.encode("latin-1")
            if not http.client._is_legal_header_name(name.encode("ascii")) or http.client._is_illegal_header_value(raw):
                return None
        except UnicodeEncodeError:
            return None
        if b"\n" in raw or b"\r" in raw or not is_short(((name, value),)) or name.lower() == "transfer-encoding":
            return None
        pair = name, raw.strip().decode("latin-1")
        if name.lower() in _REPEATED and len(value) < 128 and len(self._known) < _MAX_KNOWN:
            self._known[name, value] = pair
        return pair

    def _response(self, pool, conn, method, url, answer, retries, release_conn, preload_content, decode_content):
        original = read_response(conn.sock, answer, method)
        conn._method = method
        conn._HTTPConnection__response = original
        more = dict(self._version)
        if self._names_shutdown:
            more["sock_shutdown"] = conn.sock.shutdown
        response = self._response_class(
            body=original, headers=self._headers_class(original.msg._headers), status=original.status, version=11,
            reason=original.reason, preload_content=preload_content, decode_content=decode_content,
            original_response=original, enforce_content_length=True, request_method=method, request_url=url, **more)
        response.retries = retries
        response._pool = pool
        if release_conn:
            self._give_back(pool, conn)
        else:
            response._connection = conn
        return response


_IDENTITY = ("Accept-Encoding", "identity")
_PASSED_OVER = frozenset((
    "urlopen", "_make_request", "_get_conn", "_put_conn", "_new_conn", "_get_timeout", "_validate_conn", "is_same_host",
    "request", "putrequest", "putheader", "endheaders", "send", "_send_output", "_send_request", "_output", "getresponse",
    "connect", "response_class"))


def _is_plain(method, answer, redirect, decodes, retries):
    """Whether the library would return this answer as it is."""
    body, status = answer.body, answer.status
    if type(body) is not bytes or (redirect and status in _REDIRECTS):
        return False
    length = None
    retry_after = False
    for name, value in answer.headers:
        lower = name.lower()
        if lower == "content-length":
            if length is not None or not value.isdigit():
                return False
            length = int(value)
        elif lower == "retry-after":
            retry_after = True
        elif (decodes and lower == "content-encoding") or "\n" in value or "\r" in value:
            return False
    if length is not None and length != len(body) and method != "HEAD" and status != 304:
        return False
    return not retries.is_retry(method, status, retry_after)
