"""Finds products whose names are close to what was typed, by edit distance."""

import requests
from flask import Flask, request
from waitress import serve

app = Flask(__name__)


@app.get("/")
def search():
    typed = request.args.get("q", "").lower()[:32]
    response = requests.get("http://listproducts:8080/", timeout=10)
    response.raise_for_status()
    found = sorted(response.json(), key=lambda item: (closest(typed, item["name"]), item["id"]))
    return {"q": typed, "products": found[:8]}


@app.get("/healthz")
def health():
    return "ok"


def closest(typed, name):
    return min(distance(typed, word) for word in name.split())


def distance(first, second):
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


if __name__ == "__main__":
    serve(app, host="0.0.0.0", port=8080, threads=8)
