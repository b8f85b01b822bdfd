"""Environment, headers and error pages as gunicorn.http.wsgi makes them."""

import io

from ..errors import ConnectionLost
from ..exchange import HOP_BY_HOP, Response
from .style import Style, http_date


class _AllLines:
    """gunicorn.http.body gives all lines, whatever the hint."""

    def readlines(self, hint=-1):
        return super().readlines()


class _WholeInput(_AllLines, io.BytesIO):
    pass


class _StreamedInput(_AllLines, io.BufferedReader):
    pass


class Gunicorn(Style):
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
