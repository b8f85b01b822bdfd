"""Clients without a hook of their own: the callee's name resolves to its own server's private port."""

import socket

from .routes import callee_of


def install():
    getaddrinfo = socket.getaddrinfo

    def getaddrinfo_of_member(host, port, family=0, type=0, proto=0, flags=0):
        try:
            number = int(port)
        except (TypeError, ValueError):
            number = None
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        callee = callee_of(name, number) if number is not None else None
        if callee is None or callee.private_port is None or callee.state != "READY":
            return getaddrinfo(host, port, family, type, proto, flags)
        own_family, own_port = callee.private_port
        address = "::1" if own_family == socket.AF_INET6 else "127.0.0.1"
        return getaddrinfo(address, own_port, 0, type, proto, 0)

    socket.getaddrinfo = getaddrinfo_of_member
