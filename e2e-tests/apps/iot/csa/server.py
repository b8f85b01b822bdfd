"""Says what kind of sound it is: the strongest of some frequencies (Goertzel)."""

import json
import math
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KINDS = {50: "hum", 440: "voice", 1000: "siren"}


def kind(query):
    n, sound = int(query.get("n", 1)), float(query.get("sound", 40))
    samples = [sound * math.sin(sample * (50 + n * 97 % 950) / 1273) for sample in range(4000)]
    strongest = max(KINDS, key=lambda frequency: power(samples, frequency))
    return {"function": "csa", "n": n, "kind": KINDS[strongest]}


def power(samples, frequency):
    coefficient = 2 * math.cos(2 * math.pi * frequency / 8000)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + coefficient * last - before
    return before * before + last * last - coefficient * before * last


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/":
                self.answer(200, kind(query))
            elif url.path == "/healthz":
                self.answer(200, {"status": "ok"})
            else:
                self.answer(404, {"error": "not found"})
        except ValueError:
            self.answer(400, {"error": "not a number"})

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
