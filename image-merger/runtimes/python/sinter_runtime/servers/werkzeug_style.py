"""Environment, headers and error pages as werkzeug.serving.WSGIRequestHandler makes them."""

import socket
from urllib.parse import unquote

from ..errors import ConnectionLost
from ..exchange import HOP_BY_HOP, Response
from .style import Style, http_date, scan


class Werkzeug(Style):
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
        names, declared = scan(headers)
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


def _end_to_end(headers):
    return [pair for pair in headers if pair[0].lower() not in HOP_BY_HOP]


def _version(distribution):
    from importlib.metadata import version

    return version(distribution)
