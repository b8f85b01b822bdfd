"""Clients without a hook of their own: the callee's name resolves to a door, a loopback address of the runtime's for this
caller and callee. It reads requests as the fused port does, and measures them as calls of that caller."""

import functools
import socket
import threading

from .. import binding
from ..doors import door
from ..errors import RuntimeFailure
from ..identity import current_member, run_as
from .routes import callee_of

_doors = {}
_lock = threading.Lock()


def install(dispatcher, remote):
    """remote: where names lead that resolve to a member inside the workload for those who have no hook."""
    getaddrinfo = socket.getaddrinfo

    def getaddrinfo_of_member(host, port, family=0, type=0, proto=0, flags=0):
        try:
            number = int(port)
        except (TypeError, ValueError):
            number = None
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        callee = callee_of(name, number) if number is not None else None
        if callee is None or callee.private_address is None or not dispatcher.admits(callee):
            away = remote.get(name.lower().rstrip("."), host) if remote and isinstance(name, str) else host
            return getaddrinfo(away, port, family, type, proto, flags)
        return getaddrinfo(*_door(dispatcher, callee, name, number), 0, type, proto, 0)

    socket.getaddrinfo = getaddrinfo_of_member


def _door(dispatcher, callee, name, port):
    """(address, port), the port being the one asked for where it can be: some clients (anyio's) keep it and take only the
    address."""
    caller = current_member()
    key = caller.name, callee.name, port
    with _lock:
        if key not in _doors:
            on_behalf = functools.partial(dispatcher.on_behalf, caller)
            # Whom the runtime itself asks for that name is outside.
            _doors[key] = binding.at_loopback(
                port, lambda host, at: _open(host, lambda: door(dispatcher, callee, host, at, on_behalf, (name, port))))
        return _doors[key]


def _open(host, make):
    try:
        # Bound as nobody: a member's own port would be taken for its server's.
        front = run_as(None, make)
    except RuntimeFailure as failure:
        raise OSError(str(failure)) from failure
    run_as(None, front.start)
    return host, front.port
