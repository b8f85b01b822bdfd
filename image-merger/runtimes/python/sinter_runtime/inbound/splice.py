"""Passes bytes between two sockets."""

import socket
import threading


def splice(one, other):
    """Copies both ways until both are done."""
    def forward():
        _copy(one, other)

    thread = threading.Thread(target=forward, name="sinter-splice", daemon=True)
    thread.start()
    _copy(other, one)
    try:
        one.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    thread.join(5)


def _copy(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
