"""Where a member binds its port, it gets a private loopback port instead, and is told that it has what it asked for.

Its own server keeps running there: it answers what is not for the short way (malformed and oversized requests, upgrades,
clients without a hook) exactly as it would alone."""

import socket

from .identity import here

# Private port → the address the member asked for.
_asked = {}


def install():
    bind, listen, name = socket.socket.bind, socket.socket.listen, socket.socket.getsockname

    def bind_privately(self, address):
        scope = here.get()
        if scope is None or not _is_served_port(scope.member, self, address):
            return bind(self, address)
        bind(self, ("::1", 0, 0, 0) if self.family == socket.AF_INET6 else ("127.0.0.1", 0))
        shown = "0.0.0.0" if address[0] == "" else address[0]
        _asked[name(self)[1]] = (scope.member, (shown, address[1]) + tuple(name(self)[2:]))
        return None

    def listen_as_member(self, *backlog):
        listen(self, *backlog)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            asked = _asked.get(name(self)[1])
            if asked is not None and (asked[0].private_port is None or self.family == socket.AF_INET):
                asked[0].listening((self.family, name(self)[1]))

    def getsockname_as_asked(self):
        address = name(self)
        if _asked and type(address) is tuple:
            asked = _asked.get(address[1])
            # A client's ephemeral port may have the number of an address never bound: only the owner sees its wish.
            if asked is not None:
                return asked[1]
        return address

    socket.socket.bind = bind_privately
    socket.socket.listen = listen_as_member
    socket.socket.getsockname = getsockname_as_asked


def _is_served_port(member, sock, address):
    return (sock.type == socket.SOCK_STREAM and sock.family in (socket.AF_INET, socket.AF_INET6)
            and isinstance(address, tuple) and len(address) >= 2 and address[1] == member.port)


def connect(member, timeout=None):
    """A connection to the member's own server; OSError when it has none."""
    if member.private_port is None:
        raise ConnectionRefusedError(111, "Connection refused")
    family, port = member.private_port
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock
