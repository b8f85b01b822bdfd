"""Detects a jam: lets cars advance along a ring road and counts those that stand."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CELLS = 120


def jam(query):
    n, cars = int(query.get("n", 1)), min(int(query.get("cars", 20)), CELLS // 2)
    road = [cell * 7 % CELLS < cars for cell in range(CELLS)]
    standing = 0
    for _ in range(100):
        moves = [road[cell] and not road[(cell + 1) % CELLS] for cell in range(CELLS)]
        standing += sum(road) - sum(moves)
        road = [(road[cell] and not moves[cell]) or moves[cell - 1] for cell in range(CELLS)]
    return {"function": "dj", "n": n, "standing": standing}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/":
                self.answer(200, jam(query))
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
