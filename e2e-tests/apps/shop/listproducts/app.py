"""The catalogue."""

import hashlib

from flask import Flask, request

app = Flask(__name__)
WORDS = ["lamp", "chair", "mug", "clock", "scarf", "radio", "kettle", "plant"]


def product(number):
    seed = hashlib.sha256(f"product {number}".encode()).digest()
    name = f"{WORDS[seed[0] % 8]} {WORDS[seed[1] % 8]} {number}"
    return {"id": f"p{number}", "name": name, "cents": 199 + int.from_bytes(seed[2:4]) % 9800, "grams": 50 + seed[4] * 8}


CATALOGUE = [product(number) for number in range(64)]


@app.get("/")
def products():
    ids = request.args.get("ids")
    if ids is not None:
        wanted = set(ids.split(","))
        return [item for item in CATALOGUE if item["id"] in wanted]
    return CATALOGUE[: request.args.get("limit", default=len(CATALOGUE), type=int)]


@app.get("/healthz")
def health():
    return "ok"
