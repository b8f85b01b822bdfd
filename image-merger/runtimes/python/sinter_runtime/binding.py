"""Where a member binds its port, it gets that port on a private loopback address, and is told that it has what it asked for.

Clients that keep their own port number and take only the address of a resolved name (anyio's, say) reach it therefore too.

Its own server keeps running there: it answers what is not for the short way (malformed and oversized requests, upgrades,
clients without a hook) exactly as it would alone."""

import random
import socket

from .identity import here

# Private (host, port) → the address the member asked for.
_asked = {}
# Ports that programs without a hook listen on: whoever holds one of them at any address would keep them from it.
_reserved = set()
ATTEMPTS = 16


def install(reserved=()):
    _reserved.update(reserved)
    bind, listen, name = socket.socket.bind, socket.socket.listen, socket.socket.getsockname

    def bind_privately(self, address):
        scope = here.get()
        if scope is None or not _is_served_port(scope.member, self, address):
            return bind(self, address)
        if self.family == socket.AF_INET6:
            bind(self, ("::1", 0, 0, 0))
        else:
            at_loopback(address[1], lambda host, port: bind(self, (host, port)))
        shown = "0.0.0.0" if address[0] == "" else address[0]
        _asked[name(self)[:2]] = (scope.member, (shown, address[1]) + tuple(name(self)[2:]))
        return None

    def listen_as_member(self, *backlog):
        listen(self, *backlog)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            own = name(self)[:2]
            asked = _asked.get(own)
            if asked is not None and (asked[0].private_address is None or self.family == socket.AF_INET):
                asked[0].listening((self.family, *own))

    def getsockname_as_asked(self):
        address = name(self)
        if _asked and type(address) is tuple:
            asked = _asked.get(address[:2])
            if asked is not None:
                return asked[1]
        return address

    socket.socket.bind = bind_privately
    socket.socket.listen = listen_as_member
    socket.socket.getsockname = getsockname_as_asked


def at_loopback(port, attempt):
    """attempt(host, port) on one of the many addresses of 127/8, so that everybody has the port; else on any port of the
    common one."""
    draw = random.SystemRandom().randrange
    for _ in range(0 if port in _reserved else ATTEMPTS):
        try:
            return attempt(f"127.{draw(64, 128)}.{draw(256)}.{draw(1, 255)}", port)
        except OSError:
            continue
    return attempt("127.0.0.1", 0)


def _is_served_port(member, sock, address):
    return (sock.type == socket.SOCK_STREAM and sock.family in (socket.AF_INET, socket.AF_INET6)
            and isinstance(address, tuple) and len(address) >= 2 and address[1] == member.port)


def connect(member, timeout=None):
    """A connection to the member's own server; OSError when it has none."""
    if member.private_address is None:
        raise ConnectionRefusedError(111, "Connection refused")
    family, host, port = member.private_address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((host, port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock
