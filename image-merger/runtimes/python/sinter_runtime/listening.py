"""Who listens on a port of this network namespace, read from the kernel's table: a connection would be a request to programs
that serve one connection at a time."""

import socket
import sys

_LISTEN = "0A"


def address_of(port):
    """(family, host, port) at which somebody listens, None if nobody does."""
    found = _listening(port)
    if found is None:
        return _answers(port)
    hosts = sorted(found, key=lambda host: (":" in host, host))
    for host in hosts:
        if host in ("0.0.0.0", "::", "127.0.0.1"):
            return socket.AF_INET, "127.0.0.1", port
    return (socket.AF_INET6 if ":" in hosts[0] else socket.AF_INET, hosts[0], port) if hosts else None


def holds_everywhere(port):
    """Whether somebody listens on the port of every address, so that nobody else can on one of them."""
    return bool({"0.0.0.0", "::"} & set(_listening(port) or ()))


def _listening(port):
    """Addresses in LISTEN state on the port; None where the kernel does not tell."""
    found, told = [], False
    for table, family in (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6)):
        try:
            with open(table, encoding="ascii") as file:
                lines = file.readlines()[1:]
        except OSError:
            continue
        told = True
        for line in lines:
            fields = line.split()
            address, _, number = fields[1].rpartition(":")
            if fields[3] == _LISTEN and int(number, 16) == port:
                # Words in the machine's byte order.
                words = [int(address[at:at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(address), 8)]
                found.append(socket.inet_ntop(family, b"".join(words)).replace("::ffff:", ""))
    return found if told else None


def _answers(port):
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return family, host, port
    return None
