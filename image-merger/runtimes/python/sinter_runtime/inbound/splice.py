"""Passes bytes between two sockets."""

import socket
import threading
import time

DISCARD_BYTES = 1 << 20
END_SECONDS = 0.05


def splice(one, other, limit=None):
    """Copies both ways until both are done; beyond the limit nothing of one's reaches the other but its end."""
    def forward():
        _copy(one, other, limit)

    thread = threading.Thread(target=forward, name="sinter-splice", daemon=True)
    thread.start()
    _copy(other, one)
    _discard(one)
    try:
        one.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    thread.join(5)


def _copy(source, target, limit=None):
    try:
        while limit is None or limit > 0:
            data = source.recv(65536 if limit is None else min(limit, 65536))
            if not data:
                break
            if limit is not None:
                limit -= len(data)
            target.sendall(data)
        if limit == 0 and source.recv(1, socket.MSG_PEEK):
            return
        # Some servers that hear of a request and of its connection's end at once answer nothing.
        time.sleep(END_SECONDS)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _discard(sock):
    """Closing with something unread would reset the connection, and its answer with it."""
    left = DISCARD_BYTES
    try:
        while left > 0:
            data = sock.recv(65536, socket.MSG_DONTWAIT)
            if not data:
                return
            left -= len(data)
    except OSError:
        # There is no more.
        return
