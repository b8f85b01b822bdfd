"""Keeps the last readings, each under the digest of its contents."""

import hashlib
import json
from collections import OrderedDict
from threading import Lock

import functions_framework

CAPACITY = 1000
readings = OrderedDict()
lock = Lock()


@functions_framework.http
def store(request):
    reading = json.dumps(request.args.to_dict(), sort_keys=True)
    key = hashlib.pbkdf2_hmac("sha256", reading.encode(), b"store", 2000).hex()
    with lock:
        readings[key] = reading
        readings.move_to_end(key)
        while len(readings) > CAPACITY:
            readings.popitem(last=False)
    return {"function": "se", "key": key}
