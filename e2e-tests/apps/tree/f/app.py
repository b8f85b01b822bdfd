"""Seals a digest with a slow key derivation."""

import hashlib

from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def answer():
    n = request.args.get("n", default=1, type=int)
    of = request.args.get("of", default="")
    seal = hashlib.pbkdf2_hmac("sha256", of.encode(), b"tree", 14_000 + n % 7).hex()
    return {"function": "f", "n": n, "seal": seal}


@app.get("/healthz")
def health():
    return "ok"
