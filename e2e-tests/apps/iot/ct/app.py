"""Watches temperatures: smooths a day of them and signals what is too hot, without waiting."""

import logging
import math
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger("ct")
background = ThreadPoolExecutor(max_workers=4)
room = BoundedSemaphore(64)


@app.get("/")
def check():
    n = request.args.get("n", default=1, type=int)
    temperature = request.args.get("temperature", default=20.0, type=float)
    day = [temperature + 5 * math.sin(minute / 229 + n) for minute in range(1440)]
    smooth = day[0]
    peak = smooth
    for value in day:
        smooth = 0.98 * smooth + 0.02 * value
        peak = max(peak, smooth)
    signal(n, round(peak, 3))
    return {"function": "ct", "n": n, "peak": round(peak, 6)}


@app.get("/healthz")
def health():
    return "ok"


def signal(n, level):
    if room.acquire(blocking=False):
        background.submit(send, n, level)
    else:
        log.error("as is too slow: n=%s dropped", n)


def send(n, level):
    try:
        with urllib.request.urlopen(f"http://as:8080/?n={n}&what=temperature&level={level}", timeout=10) as response:
            response.read()
    except OSError:
        log.exception("as failed for n=%s", n)
    finally:
        room.release()
