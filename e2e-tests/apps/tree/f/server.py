"""Seals a digest with a slow key derivation."""

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        try:
            n = int(query.get("n", ["1"])[0])
        except ValueError:
            self.answer(400, {"error": "n is not a number"})
            return
        if url.path == "/":
            of = query.get("of", [""])[0]
            seal = hashlib.pbkdf2_hmac("sha256", of.encode(), b"tree", 10_000 + n % 7).hex()
            self.answer(200, {"function": "f", "n": n, "seal": seal})
        elif url.path == "/healthz":
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {"error": "not found"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server(("", 8080), Handler).serve_forever()
