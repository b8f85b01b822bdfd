"""Charges a customer and signs the receipt."""

import hashlib

from flask import Flask, request
from waitress import serve

app = Flask(__name__)


@app.post("/")
def pay():
    bill = request.get_json()
    text = f"{bill['user']} {bill['cents']} {bill['currency']}"
    return {"receipt": hashlib.pbkdf2_hmac("sha256", text.encode(), b"payment", 6000).hex()}


@app.get("/healthz")
def health():
    return "ok"


if __name__ == "__main__":
    serve(app, host="0.0.0.0", port=8080, threads=8)
