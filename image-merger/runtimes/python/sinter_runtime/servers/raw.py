"""Asks the member's own server over its private address: for servers without a short way."""

import http.client

from .. import binding
from ..errors import ConnectionLost
from ..exchange import HOP_BY_HOP, Response, has_no_body


class RawServer:
    """Any HTTP server: a connection per request, streaming both ways."""

    kind = "raw"
    permits = None

    def __init__(self, member):
        self.member = member

    def respond(self, request):
        connection = http.client.HTTPConnection("member", self.member.port)
        try:
            connection.sock = binding.connect(self.member)
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in ("connection", "transfer-encoding"):
                    connection.putheader(name, value)
            connection.putheader("Connection", "close")
            streamed = type(request.body) is not bytes
            if streamed and not any(name.lower() == "content-length" for name, _ in request.headers):
                connection.putheader("Transfer-Encoding", "chunked")
                connection.endheaders(iter(lambda: request.body.read(65536), b""), encode_chunked=True)
            else:
                connection.endheaders(iter(lambda: request.body.read(65536), b"") if streamed else request.body or None)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ConnectionLost(str(error)) from error
        headers = [(name, value) for name, value in answer.msg.items() if name.lower() not in HOP_BY_HOP]
        body = b"" if has_no_body(request.method, answer.status) else _Body(answer, connection)
        return Response(answer.status, answer.reason, headers, body)


class _Body:
    def __init__(self, answer, connection):
        self._answer = answer
        self._connection = connection

    def __iter__(self):
        return self

    def __next__(self):
        try:
            chunk = self._answer.read1(65536)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionLost(str(error)) from error
        if not chunk:
            self.close()
            raise StopIteration
        return chunk

    def close(self):
        self._answer.close()
        self._connection.close()
