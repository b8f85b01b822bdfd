"""http.client, and with it urllib, urllib3, requests, httplib2, botocore: the connection's transport is replaced, all of
the library's own work (pools, retries, redirects, cookies, exceptions) stays."""

import http.client
import io
import socket

from ..errors import ConnectionLost, LocalTimeout, Spill
from ..exchange import Request, find
from ..identity import here, run_as
from .local_socket import BodyStream, LocalSocket, Prefixed, is_foretold
from .routes import MAX_HEAD_BYTES, MAX_HEADERS, METHODS, callee_of, is_plain, is_short

_IDLE, _SENT = http.client._CS_IDLE, http.client._CS_REQ_SENT


def install(dispatcher):
    connection_class = http.client.HTTPConnection
    send_output = connection_class._send_output
    getresponse = connection_class.getresponse

    def send_output_locally(self, message_body=None, encode_chunked=False):
        sock = self.sock
        if (sock is None or type(sock) is LocalSocket) and not self._tunnel_host:
            callee = callee_of(self.host, self.port)
            if callee is not None and not isinstance(self, _https):
                if _take_over(self, dispatcher, callee, message_body, encode_chunked):
                    return
            if sock is not None:
                self.sock = None
        send_output(self, message_body, encode_chunked)

    def getresponse_locally(self, *args, **kwargs):
        sock = self.sock
        if type(sock) is not LocalSocket:
            return getresponse(self, *args, **kwargs)
        previous = self._HTTPConnection__response
        if previous and previous.isclosed():
            previous = self._HTTPConnection__response = None
        if self._HTTPConnection__state != _SENT or previous:
            raise http.client.ResponseNotReady(self._HTTPConnection__state)
        method = self._method
        try:
            answer = sock.exchange()
        except Spill:
            return _send_remotely(self, sock, getresponse)
        except LocalTimeout:
            self.close()
            raise socket.timeout("timed out") from None
        except ConnectionLost:
            self.close()
            raise http.client.RemoteDisconnected("Remote end closed connection without response") from None
        response = _response(self, sock, answer, method)
        self._HTTPConnection__state = _IDLE
        self._HTTPConnection__response = response
        return response

    connection_class._send_output = send_output_locally
    connection_class.getresponse = getresponse_locally


try:
    _https = http.client.HTTPSConnection
except AttributeError:  # an interpreter without ssl
    _https = ()


def _take_over(connection, dispatcher, callee, message_body, encode_chunked):
    lines = connection._buffer
    size = seen = 0
    host = None
    headers = []
    for line in lines[1:]:
        size += len(line)
        pair, flag = _known_lines.get(line) or _parsed(line)
        headers.append(pair)
        if flag:
            if flag & _ODD or flag & seen & _TYPE:
                return False
            seen |= flag
            if flag & _HOST and host is None:
                host = pair[1]
    method, _, rest = lines[0].decode("latin-1").partition(" ")
    target, _, version = rest.rpartition(" ")
    if (method not in METHODS or size > MAX_HEAD_BYTES or len(headers) > MAX_HEADERS or version != "HTTP/1.1"
            or not is_plain(target)):
        return False
    if not is_foretold() and not dispatcher.accepts(callee):
        return False
    sock = connection.sock or local_socket(connection)
    raw_head = list(lines)
    lines.clear()
    sock.begin(dispatcher, callee, host or connection.host, Request(method, target, headers), bool(seen & _CHUNKED), raw_head)
    if message_body is not None:
        sock.append_body(message_body, encode_chunked, connection)
    return True


def local_socket(connection):
    """Connects, as far as the connection can see."""
    sock = connection.sock = LocalSocket(connection.host, connection.port)
    timeout = connection.timeout
    sock.timeout = socket.getdefaulttimeout() if timeout is socket._GLOBAL_DEFAULT_TIMEOUT else timeout
    return sock


# What a header line asks for; lines that clients repeat with every request are read once.
_ODD, _TYPE, _HOST, _CHUNKED = 1, 2, 4, 8
_REPEATED = frozenset(("host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length"))
_MAX_KNOWN_LINES = 1024
_known_lines = {}


def _parsed(line):
    name, _, value = line.partition(b":")
    pair = name.decode("latin-1"), value.strip().decode("latin-1")
    lower = pair[0].lower()
    flag = (_ODD if not is_short((pair,)) else _TYPE if lower == "content-type" else _HOST if lower == "host"
            else _CHUNKED if lower == "transfer-encoding" and pair[1].lower() == "chunked" else 0)
    if lower in _REPEATED and len(line) < 128 and len(_known_lines) < _MAX_KNOWN_LINES:
        _known_lines[bytes(line)] = pair, flag
    return pair, flag


def _send_remotely(connection, sock, getresponse):
    """The local callee cannot take the call: send the same bytes over the network, with the library's own code."""
    connection.sock = None
    run_as(here.get().leaving(), connection.connect)
    connection.sock.sendall(sock.raw_request())
    return getresponse(connection)


def _response(connection, sock, answer, method):
    if connection.response_class is not http.client.HTTPResponse:
        return _parsed_response(connection.response_class, sock, answer, method)
    return read_response(sock, answer, method)


def read_response(sock, answer, method):
    """The http.client.HTTPResponse of an answer, its head read."""
    message = http.client.HTTPMessage()
    fields = message._headers = [(name, value.strip(" \t")) for name, value in answer.headers]
    body = answer.body
    length = None
    for name, value in fields:
        if len(name) == 14 and name.lower() == "content-length":
            length = int(value)
    status = answer.status
    bodiless = method == "HEAD" or status in (204, 304) or status < 200
    chunked = length is None and not bodiless
    if chunked:
        fields.append(("transfer-encoding", "chunked"))
        if type(body) is bytes:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    stream = sock.stream = io.BufferedReader(
        io.BytesIO(body) if type(body) is bytes else BodyStream(sock, body, chunked))
    # Made without its __init__, which would ask the socket for what is at hand.
    response = http.client.HTTPResponse.__new__(http.client.HTTPResponse)
    response.fp = stream
    response.debuglevel = 0
    response._method = method
    response.headers = response.msg = message
    response.version = 11
    response.status = response.code = status
    response.reason = answer.reason
    response.chunked = chunked
    response.chunk_left = None
    response.length = 0 if bodiless else length
    response.will_close = False
    if bodiless or length == 0:
        response._close_conn()
    return response


def _parsed_response(response_class, sock, answer, method):
    """A response class of somebody else's gets bytes to parse."""
    body = answer.body
    complete = type(body) is bytes
    framed = find(answer.headers, "content-length") is not None
    head = [f"HTTP/1.1 {answer.status} {answer.reason}"] + [f"{name}: {value}" for name, value in answer.headers]
    if not framed:
        head.append("transfer-encoding: chunked")
    raw = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
    rest = BodyStream(sock, iter((body,)) if complete and body else iter(()) if complete else body, not framed)
    sock.stream = io.BufferedReader(Prefixed(raw, rest))
    response = response_class(sock, method=method)
    response.begin()
    return response
