"""What tells WSGI servers apart: keys of environ, order and names of response headers, error pages. Each class names the
server whose source it follows; a style is made when its server begins to serve."""

import io
import socket
import sys
import time
import traceback
from email.utils import formatdate
from urllib.parse import unquote

from ..errors import ConnectionLost
from ..exchange import HOP_BY_HOP, Response

_date = (0, "")


def http_date():
    """The Date header's value, made once a second."""
    global _date
    now = int(time.time())
    if _date[0] != now:
        _date = (now, formatdate(now, usegmt=True))
    return _date[1]


class Style:
    """What all have in common. Subclasses are plain data and the few methods that differ."""

    joiner = ","
    spools = False
    drops_underscores = False
    raw_target_keys = ()
    whole_input = io.BytesIO
    streamed_input = io.BufferedReader
    # A body of so many bytes is refused.
    max_body_bytes = 1 << 62

    def __init__(self, member, host, port):
        self.member = member
        self.host = host
        self.port = port

    def template(self):
        environ = {
            "SCRIPT_NAME": "", "SERVER_NAME": self.host, "SERVER_PORT": str(self.port), "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.run_once": False,
        }
        environ.update(self.more())
        return environ

    def more(self):
        return {}

    def finish_environ(self, environ):
        pass

    def dechunked(self, environ, length):
        environ["wsgi.input_terminated"] = True

    def check(self, status, headers):
        """start_response's arguments as the server checks them."""
        if type(status) is not str:
            raise TypeError(f"{status!r} is not a string")

    def sized(self, result, headers):
        """The headers, with the length where the server knows what the application returned to be a file."""
        return headers

    def replaced(self, before, headers):
        """The headers once start_response was called again because of an error."""
        return headers

    def log_failure(self, error):
        traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)

    def late_failure(self, error):
        self.log_failure(error)

    def exit_in_handler(self, request, error):
        self.member.mark_shared(f"the process by {type(error).__name__} in a handler")
        return self.failure(request, error)


def _end_to_end(headers):
    return [pair for pair in headers if pair[0].lower() not in HOP_BY_HOP]


def _scan(headers):
    """(names in lower case, declared length) of an application's headers; wrong types raise as servers do."""
    names = set()
    declared = None
    for name, value in headers:
        if type(name) is not str or type(value) is not str:
            raise AssertionError(f"Header {name!r}: {value!r} is not made of strings")
        if "\n" in value or "\r" in value or "\n" in name or "\r" in name:
            raise ValueError("carriage return/line feed character present in header")
        lower = name.lower()
        names.add(lower)
        if lower == "content-length":
            declared = int(value)
    return names, declared


class Waitress(Style):
    """waitress.task"""

    joiner = ", "
    spools = True
    drops_underscores = True

    def __init__(self, member, server):
        adjustments = server.adj
        super().__init__(member, server.server_name, server.effective_port)
        self.ident = adjustments.ident
        self.prefix = adjustments.url_prefix
        # REQUEST_URI and the charset came with 2.1.
        task, utilities = sys.modules["waitress.task"], sys.modules["waitress.utilities"]
        self.raw_target_keys = ("REQUEST_URI",) if mentions(task.WSGITask.get_environment, "REQUEST_URI") else ()
        self.error_type = "text/plain" + (
            "; charset=utf-8" if mentions(utilities.Error.to_response, "text/plain; charset=utf-8") else "")
        self.max_body_bytes = adjustments.max_request_body_size
        self.traceback = adjustments.expose_tracebacks
        self.file_wrapper = sys.modules["waitress.buffers"].ReadOnlyFileBasedBuffer

    def more(self):
        return {"SERVER_SOFTWARE": self.ident, "SCRIPT_NAME": self.prefix, "wsgi.multithread": True,
                "wsgi.multiprocess": False, "wsgi.input_terminated": True, "wsgi.file_wrapper": self.file_wrapper,
                "waitress.client_disconnected": self.client_disconnected}

    def client_disconnected(self):
        return False

    def sized(self, result, headers):
        if not isinstance(result, self.file_wrapper):
            return headers
        declared = [int(value) for name, value in headers if name.lower() == "content-length"]
        size = result.prepare(declared[-1] if declared else None)
        if not size or declared == [size]:
            return headers
        return [pair for pair in headers if pair[0].lower() != "content-length"] + [("Content-Length", str(size))]

    def finish_environ(self, environ):
        environ["REMOTE_HOST"] = environ["REMOTE_ADDR"]
        path = environ["PATH_INFO"]
        if path.startswith("//"):
            path = environ["PATH_INFO"] = "/" + path.lstrip("/")
        if self.prefix:
            if path == self.prefix:
                environ["PATH_INFO"] = ""
            elif path.startswith(self.prefix + "/"):
                environ["PATH_INFO"] = path[len(self.prefix):]

    def dechunked(self, environ, length):
        if environ.pop("HTTP_TRANSFER_ENCODING", None) is not None and length is not None:
            environ["CONTENT_LENGTH"] = str(length)

    def check(self, status, headers):
        if not isinstance(status, str):
            raise AssertionError(f"status {status} is not a string")
        if "\n" in status or "\r" in status:
            raise ValueError("carriage return/line feed character present in status")
        for name, _ in headers:
            if name.lower() in HOP_BY_HOP:
                raise AssertionError(f'{name} is a "hop-by-hop" header; it cannot be used by a WSGI application (see PEP 3333)')

    def head(self, request, status, headers, only_chunk):
        bodiless = status.startswith(("1", "204", "304"))
        names, declared = _scan(headers)
        answer = []
        for name, value in headers:
            title = "-".join([part.capitalize() for part in name.split("-")])
            if title == "Content-Length" and bodiless:
                continue
            answer.append((title, value))
        if declared is None and only_chunk is not None and not bodiless:
            declared = len(only_chunk)
            answer.append(("Content-Length", str(declared)))
        if "server" not in names:
            if self.ident:
                answer.append(("Server", self.ident))
        else:
            answer.append(("Via", self.ident or "waitress"))
        if "date" not in names:
            answer.append(("Date", http_date()))
        answer.sort(key=_first)
        return status, answer, declared, bodiless or request.method == "HEAD"

    def log_failure(self, error):
        from logging import getLogger

        getLogger("waitress").error("Exception while serving %s", "a request",
                                    exc_info=(type(error), error, error.__traceback__))

    def failure(self, request, error):
        self.log_failure(error)
        text = "The server encountered an unexpected internal server error"
        if self.traceback:
            text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return self._error(request, 500, "Internal Server Error", text)

    def too_large(self, request):
        return self._error(request, 413, "Request Entity Too Large", f"exceeds max_body of {self.max_body_bytes}")

    def _error(self, request, status, reason, text):
        body = f"{reason}\r\n\r\n{text}\r\n\r\n(generated by {self.ident or 'server'})".encode("latin-1", "replace")
        headers = [("Content-Length", str(len(body))), ("Content-Type", self.error_type), ("Date", http_date())]
        if self.ident:
            headers.append(("Server", self.ident))
        return Response(status, reason, headers, b"" if request.method == "HEAD" else body)


class _AllLines:
    """gunicorn.http.body gives all lines, whatever the hint."""

    def readlines(self, hint=-1):
        return super().readlines()


class _WholeInput(_AllLines, io.BytesIO):
    pass


class _StreamedInput(_AllLines, io.BufferedReader):
    pass


class Gunicorn(Style):
    """gunicorn.http.wsgi"""

    whole_input = _WholeInput
    streamed_input = _StreamedInput

    drops_underscores = True
    raw_target_keys = ("RAW_URI",)

    def __init__(self, member, worker, multithread):
        from gunicorn.http import wsgi

        self.cfg = worker.cfg
        self.base = wsgi.base_environ(self.cfg)
        self.multithread = multithread
        self.name = wsgi.SERVER
        self.script_name = member.environ.get("SCRIPT_NAME", "")
        self.trusted = [str(address) for address in self.cfg.forwarded_allow_ips or ()]
        self.trusts_all = "*" in self.trusted
        self.secure_headers = [("HTTP_" + name.upper().replace("-", "_"), value)
                               for name, value in self.cfg.secure_scheme_headers.items()]
        self.response_class = wsgi.Response
        address = self.cfg.address[0]
        super().__init__(member, *(address if isinstance(address, tuple) else ("0.0.0.0", member.port)))
        if hasattr(wsgi, "_make_early_hints_callback"):
            self.base["wsgi.early_hints"] = _early_hints

    def more(self):
        return dict(self.base, **{"wsgi.multithread": self.multithread, "gunicorn.socket": None,
                                  "SCRIPT_NAME": self.script_name})

    def finish_environ(self, environ):
        if self.trusts_all or environ["REMOTE_ADDR"] in self.trusted:
            for key, secure in self.secure_headers:
                if environ.get(key) == secure:
                    environ["wsgi.url_scheme"] = "https"
        if self.script_name and environ["PATH_INFO"].startswith(self.script_name):
            environ["PATH_INFO"] = environ["PATH_INFO"][len(self.script_name):]

    def check(self, status, headers):
        # gunicorn's own rules, which differ between its versions.
        self.response_class(_GET, None, self.cfg).start_response(status, headers)

    def replaced(self, before, headers):
        return before + headers

    def head(self, request, status, headers, only_chunk):
        response = self.response_class(_GET if request.method != "HEAD" else _HEAD, None, self.cfg)
        response.start_response(status, headers)
        code = int(status.split()[0])
        bodiless = request.method == "HEAD" or code in (204, 304) or 100 <= code < 200
        answer = [("Server", self.name), ("Date", http_date())]
        answer += [pair for pair in response.headers if pair[0].lower() not in HOP_BY_HOP]
        return status, answer, response.response_length, bodiless

    def log_failure(self, error):
        from logging import getLogger

        getLogger("gunicorn.error").error("Error handling request", exc_info=(type(error), error, error.__traceback__))

    def failure(self, request, error):
        self.log_failure(error)
        if isinstance(error, OSError):
            # Taken for the connection's own.
            raise ConnectionLost(str(error)) from error
        body = (b"<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n"
                b"    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n")
        headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
        return Response(500, "Internal Server Error", headers, b"" if request.method == "HEAD" else body)


class _Asked:
    """What of a request gunicorn's Response looks at."""

    version = (1, 1)

    def __init__(self, method):
        self.method = method

    def should_close(self):
        return False


def _early_hints(headers):
    """103 answers end at the hop."""


_GET, _HEAD = _Asked("GET"), _Asked("HEAD")


class Werkzeug(Style):
    """werkzeug.serving.WSGIRequestHandler"""

    drops_underscores = True
    raw_target_keys = ("REQUEST_URI", "RAW_URI")

    def __init__(self, member, server):
        host, port = server.server_address[:2]
        super().__init__(member, host, port)
        self.server = server
        handler = server.RequestHandlerClass
        version = getattr(server, "_server_version", None)
        if version is None:
            version = "Werkzeug/" + _version("werkzeug")
        self.software = version
        self.ident = f"{version} {handler.sys_version}"
        self.passthrough_errors = getattr(server, "passthrough_errors", False)

    def more(self):
        return {"SERVER_SOFTWARE": self.software, "wsgi.multithread": self.server.multithread,
                "wsgi.multiprocess": self.server.multiprocess, "werkzeug.socket": None}

    def finish_environ(self, environ):
        environ["REMOTE_PORT"] = int(environ["REMOTE_PORT"])
        path = environ["RAW_URI"].partition("?")[0]
        if "%" in path:
            # Bytes that are no UTF-8 are replaced.
            environ["PATH_INFO"] = unquote(path).encode().decode("latin-1")

    def head(self, request, status, headers, only_chunk):
        names, declared = _scan(headers)
        code = status.split(None, 1)[0]
        if not code.isdigit():
            # It finds out when it has begun to answer, and sends nothing.
            raise ConnectionLost(f"status {status!r} begins with no number")
        code = int(code)
        bodiless = request.method == "HEAD" or code in (204, 304) or 100 <= code < 200
        # send_response writes Server and Date before everything the application set.
        answer = [("Server", self.ident), ("Date", http_date())]
        answer += _end_to_end(headers)
        return status, answer, declared, bodiless

    def log_failure(self, error):
        from logging import getLogger

        getLogger("werkzeug").error("Error on request:", exc_info=(type(error), error, error.__traceback__))

    def failure(self, request, error):
        if isinstance(error, ConnectionLost):
            self.log_failure(error)
            raise error
        if isinstance(error, (ConnectionError, socket.timeout)):
            # Taken for the connection's own.
            raise ConnectionLost(str(error)) from error
        self.log_failure(error)
        body = (b"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
                b"<p>The server encountered an internal error and was unable to complete your request. Either the server is "
                b"overloaded or there is an error in the application.</p>\n")
        headers = [("Server", self.ident), ("Date", http_date()), ("Content-Type", "text/html; charset=utf-8"),
                   ("Content-Length", str(len(body)))]
        return Response(500, "INTERNAL SERVER ERROR", headers, b"" if request.method == "HEAD" else body)


def mentions(function, text):
    """Whether a function's code has that constant: versions of a server are told apart by what they do."""
    return _in_code(function.__code__, text)


def _in_code(code, text):
    return any(constant == text or isinstance(constant, tuple) and text in constant
               or hasattr(constant, "co_consts") and _in_code(constant, text) for constant in code.co_consts)


def _first(pair):
    return pair[0]


def _version(distribution):
    from importlib.metadata import version

    return version(distribution)
