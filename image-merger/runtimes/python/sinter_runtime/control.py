"""Lines of JSON between the supervisor and each of its processes."""

import json
import threading


class Line:
    """One end of a control connection. send() is thread-safe; what the other end lost, nobody misses."""

    def __init__(self, sock):
        self.sock = sock
        self._lock = threading.Lock()
        self._buffer = b""

    def send(self, **message):
        try:
            with self._lock:
                self.sock.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            pass

    def receive(self):
        """Messages that have arrived (at least one read); None when the other end is gone."""
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        if not data:
            return None
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [json.loads(line) for line in lines]
