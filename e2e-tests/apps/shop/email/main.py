"""Writes the confirmation and keeps the last ones instead of sending them."""

import zlib
from collections import deque

import functions_framework

outbox = deque(maxlen=200)


@functions_framework.http
def send(request):
    order = request.get_json()
    line = f"Dear {order['user']}, your order of {order['cents']} cents is on its way: {order['tracking']}.\n"
    message = zlib.compress((line * 400).encode(), 9)
    outbox.append(message)
    return {"user": order["user"], "bytes": len(message)}
