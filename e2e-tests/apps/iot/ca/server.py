"""Watches air: waits for the jam detection, then signals without waiting."""

import json
import logging
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from urllib.parse import parse_qs, urlsplit

log = logging.getLogger("ca")
background = ThreadPoolExecutor(max_workers=4)
room = BoundedSemaphore(64)


def check(query):
    n, cars, air = int(query.get("n", 1)), int(query.get("cars", 20)), float(query.get("air", 50))
    with urllib.request.urlopen(f"http://dj:8080/?n={n}&cars={cars}", timeout=10) as response:
        jam = json.load(response)
    level = round(air * (1 + jam["standing"] / 1000), 3)
    signal(n, level)
    return {"function": "ca", "n": n, "level": level, "jam": jam}


def signal(n, level):
    if room.acquire(blocking=False):
        background.submit(send, n, level)
    else:
        log.error("as is too slow: n=%s dropped", n)


def send(n, level):
    try:
        with urllib.request.urlopen(f"http://as:8080/?n={n}&what=air&level={level}", timeout=10) as response:
            response.read()
    except OSError:
        log.exception("as failed for n=%s", n)
    finally:
        room.release()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/":
                self.answer(200, check(query))
            elif url.path == "/healthz":
                self.answer(200, {"status": "ok"})
            else:
                self.answer(404, {"error": "not found"})
        except ValueError:
            self.answer(400, {"error": "not a number"})
        except OSError as error:
            self.answer(502, {"error": f"dj: {error}"})

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
