"""What tells WSGI servers apart: keys of environ, order and names of response headers, error pages. A style is made when its
server begins to serve."""

import io
import sys
import time
import traceback
from email.utils import formatdate

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


def scan(headers):
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


def mentions(function, text):
    """Whether a function's code has that constant: versions of a server are told apart by what they do."""
    return _in_code(function.__code__, text)


def _in_code(code, text):
    return any(constant == text or isinstance(constant, tuple) and text in constant
               or hasattr(constant, "co_consts") and _in_code(constant, text) for constant in code.co_consts)
