"""Converts an amount through the euro, rounding half to even."""

import json
from decimal import ROUND_HALF_EVEN, Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PER_EURO = {
    "CHF": Decimal("0.94"),
    "DKK": Decimal("7.46"),
    "EUR": Decimal(1),
    "GBP": Decimal("0.86"),
    "JPY": Decimal("163.2"),
    "NOK": Decimal("11.6"),
    "SEK": Decimal("11.3"),
    "USD": Decimal("1.09"),
}


def convert(query):
    cents, source, target = int(query["cents"]), query.get("from", "EUR"), query["to"]
    exact = cents / PER_EURO[source] * PER_EURO[target]
    return {"cents": int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)), "currency": target}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one write

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/":
                self.answer(200, convert(query))
            elif url.path == "/healthz":
                self.answer(200, {"status": "ok"})
            else:
                self.answer(404, {"error": "not found"})
        except (KeyError, ValueError) as error:
            self.answer(400, {"error": str(error)})

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
