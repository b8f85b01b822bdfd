"""Packs a document about a request and hands it to f and g without waiting for them."""

import hashlib
import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import requests
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger("c")
background = ThreadPoolExecutor(max_workers=8)
room = BoundedSemaphore(64)


@app.get("/")
def answer():
    n = request.args.get("n", default=1, type=int)
    of = request.args.get("of", default="")
    document = "\n".join(f"{line} {of} {n * line}" for line in range(2400)).encode()
    packed = zlib.compress(document, 9)
    digest = hashlib.sha256(packed).hexdigest()
    for name in ("f", "g"):
        hand_over(name, n, digest)
    return {"function": "c", "n": n, "digest": digest, "bytes": len(document)}


@app.get("/healthz")
def health():
    return "ok"


def hand_over(name, n, digest):
    if room.acquire(blocking=False):
        background.submit(tell, name, n, digest)
    else:
        log.error("%s is too slow: n=%s dropped", name, n)


def tell(name, n, digest):
    try:
        requests.get(f"http://{name}:8080/", params={"n": n, "of": digest}, timeout=10).raise_for_status()
    except requests.RequestException:
        log.exception("%s failed for n=%s", name, n)
    finally:
        room.release()
