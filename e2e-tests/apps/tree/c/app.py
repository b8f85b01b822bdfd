"""Packs a document about a request and hands it to f and g without waiting for them."""

import hashlib
import logging
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger("c")
background = ThreadPoolExecutor(max_workers=8)
room = BoundedSemaphore(64)


@app.get("/")
def answer():
    n = request.args.get("n", default=1, type=int)
    of = request.args.get("of", default="")
    document = "\n".join(f"{line} {of} {n * line}" for line in range(1600)).encode()
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
        with urllib.request.urlopen(f"http://{name}:8080/?n={n}&of={digest}", timeout=10) as response:
            response.read()
    except OSError:
        log.exception("%s failed for n=%s", name, n)
    finally:
        room.release()
