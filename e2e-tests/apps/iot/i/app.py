"""Takes a reading: weather and storage answer at once, the alarms are nobody's to wait for."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import requests
from flask import Flask, request
from waitress import serve

app = Flask(__name__)
log = logging.getLogger("i")
background = ThreadPoolExecutor(max_workers=8)
room = BoundedSemaphore(96)


@app.get("/")
def take():
    n = request.args.get("n", default=1, type=int)
    reading = read(n)
    weather = ask("cw", reading)
    stored = ask("se", reading)
    for alarm in ("ct", "cs", "ca"):
        hand_over(alarm, reading)
    return {"function": "i", "reading": reading, "weather": weather, "stored": stored}


@app.get("/healthz")
def health():
    return "ok"


def read(n):
    """What the sensor of this number measures; a digest stands in for the outside world."""
    noise = hashlib.sha256(f"sensor {n}".encode()).digest()
    return {"n": n, "temperature": noise[0] / 8, "sound": 30 + noise[1] / 4, "air": noise[2] / 2, "cars": noise[3] % 64}


def ask(name, reading):
    response = requests.get(f"http://{name}:8080/", params=reading, timeout=10)
    response.raise_for_status()
    return response.json()


def hand_over(name, reading):
    if room.acquire(blocking=False):
        background.submit(tell, name, reading)
    else:
        log.error("%s is too slow: n=%s dropped", name, reading["n"])


def tell(name, reading):
    try:
        ask(name, reading)
    except requests.RequestException:
        log.exception("%s failed for n=%s", name, reading["n"])
    finally:
        room.release()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    serve(app, host="0.0.0.0", port=8080, threads=16)
