"""Waits for b, then hands the outcome to c without waiting for it."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import requests
from flask import Flask, request
from waitress import serve

app = Flask(__name__)
log = logging.getLogger("a")
background = ThreadPoolExecutor(max_workers=8)
room = BoundedSemaphore(64)


@app.get("/")
def answer():
    n = request.args.get("n", default=1, type=int)
    response = requests.get("http://b:8080/", params={"n": n}, timeout=10)
    response.raise_for_status()
    branch = response.json()
    digest = hashlib.sha256(f"a{n}{branch['digest']}".encode() * 10_000).hexdigest()
    hand_over(n, digest)
    return {"function": "a", "n": n, "digest": digest, "b": branch}


@app.get("/healthz")
def health():
    return "ok"


def hand_over(n, digest):
    if room.acquire(blocking=False):
        background.submit(tell_c, n, digest)
    else:
        log.error("c is too slow: n=%s dropped", n)


def tell_c(n, digest):
    try:
        requests.get("http://c:8080/", params={"n": n, "of": digest}, timeout=10).raise_for_status()
    except requests.RequestException:
        log.exception("c failed for n=%s", n)
    finally:
        room.release()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    serve(app, host="0.0.0.0", port=8080, threads=64)
