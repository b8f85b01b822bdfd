"""A receiver of OTLP/HTTP traces that decodes what it needs, field by field."""

import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector:
    def __init__(self):
        self.spans = []
        self.tokens = set()
        self.resources = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.tokens.add(self.headers.get("x-sinter-token"))
                assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
                for resource_spans in fields(body)[1]:
                    parts = fields(resource_spans)
                    collector.resources.append(attributes(fields(parts[1][0])[1]))
                    for scope in parts[2]:
                        collector.spans += [span(raw) for raw in fields(scope)[2]]
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def span(raw):
    parts = fields(raw)
    return {
        "trace": parts[1][0].hex(), "id": parts[2][0].hex(), "parent": parts.get(4, [b""])[0].hex(),
        "name": parts[5][0].decode(), "kind": parts[6][0], "start": parts[7][0], "end": parts[8][0],
        "attributes": attributes(parts[9]), "error": 15 in parts}


def attributes(entries):
    found = {}
    for entry in entries:
        parts = fields(entry)
        found[parts[1][0].decode()] = fields(parts[2][0])[1][0].decode()
    return found


def fields(message):
    """Field number → values, of one protobuf message."""
    found = {}
    position = 0
    while position < len(message):
        key, position = varint(message, position)
        kind = key & 7
        if kind == 0:
            value, position = varint(message, position)
        elif kind == 1:
            value = struct.unpack_from("<Q", message, position)[0]
            position += 8
        elif kind == 2:
            length, position = varint(message, position)
            value = message[position:position + length]
            assert len(value) == length
            position += length
        else:
            raise AssertionError(f"wire type {kind}")
        found.setdefault(key >> 3, []).append(value)
    return found


def varint(message, position):
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 128:
            return value, position
