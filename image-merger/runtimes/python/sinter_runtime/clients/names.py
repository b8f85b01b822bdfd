"""Clients without a hook of their own: the callee's name resolves to a door, a loopback port of the runtime's for this
caller and callee. It reads requests as the fused port does, and measures them as calls of that caller."""

import functools
import socket
import threading

from ..identity import current_member, run_as
from ..inbound.front import Front
from .routes import callee_of

_doors = {}
_lock = threading.Lock()


def install(dispatcher):
    getaddrinfo = socket.getaddrinfo

    def getaddrinfo_of_member(host, port, family=0, type=0, proto=0, flags=0):
        try:
            number = int(port)
        except (TypeError, ValueError):
            number = None
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        callee = callee_of(name, number) if number is not None else None
        if callee is None or callee.private_port is None or not dispatcher.admits(callee):
            return getaddrinfo(host, port, family, type, proto, flags)
        return getaddrinfo("127.0.0.1", _door(dispatcher, callee), 0, type, proto, 0)

    socket.getaddrinfo = getaddrinfo_of_member


def _door(dispatcher, callee):
    caller = current_member()
    with _lock:
        front = _doors.get((caller.name, callee.name))
        if front is None:
            front = _doors[caller.name, callee.name] = Front(
                dispatcher, [callee], 0, "127.0.0.1", functools.partial(dispatcher.on_behalf, caller))
            run_as(None, front.start)
        return front.port
