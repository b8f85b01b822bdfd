"""Recommends products that are close to one another in weight and price."""

import json
import math
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def recommend(query):
    with urllib.request.urlopen("http://listproducts:8080/", timeout=10) as response:
        products = json.load(response)
    wanted = query.get("id") or products[sum(query.get("user", "guest").encode()) % len(products)]["id"]
    near = {item["id"]: item for item in products}[wanted]
    ranked = sorted(products, key=lambda item: (far(item, near), item["id"]))
    return {"of": wanted, "ids": [item["id"] for item in ranked[1:6]]}


def far(item, other):
    return math.hypot(math.log(item["cents"] / other["cents"]), math.log(item["grams"] / other["grams"]))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/":
                self.answer(200, recommend(query))
            elif url.path == "/healthz":
                self.answer(200, {"status": "ok"})
            else:
                self.answer(404, {"error": "not found"})
        except (KeyError, ValueError) as error:
            self.answer(400, {"error": str(error)})
        except OSError as error:
            self.answer(502, {"error": f"listproducts: {error}"})

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
