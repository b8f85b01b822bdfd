"""The one port of the fused workload: HTTP/1.1 with keep-alive, members chosen by x-sinter-function or Host."""

import socket
import threading
import time
from _thread import start_new_thread

from ..errors import ConnectionLost, RuntimeFailure
from .connection import Connection

MAX_CONNECTIONS = 1024


class Front:
    """Accepts on its own threads; one thread per connection, MAX_CONNECTIONS at most (then accepting waits).
    answer(member, request, gone) gives the response to a request."""

    def __init__(self, dispatcher, members, port, host="", answer=None):
        self.answer = answer or dispatcher.inbound
        self._members = {member.name.lower(): member for member in members}
        self._only = members[0] if len(members) == 1 else None
        self._room = threading.Semaphore(MAX_CONNECTIONS)
        self._open = set()
        self._lock = threading.Lock()
        self.draining = False
        self.requests = 0
        self._listener = _listener(host, port)
        self.port = self._listener.getsockname()[1]

    def start(self):
        threading.Thread(target=self._accept, name="sinter-front", daemon=True).start()

    def _accept(self):
        while not self.draining:
            self._room.acquire()
            try:
                sock, remote = self._listener.accept()
            except OSError:
                self._room.release()
                if self.draining:
                    return
                continue
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                start_new_thread(self._serve, (sock, remote[:2]))
            except (OSError, RuntimeError):
                sock.close()
                self._room.release()

    def _serve(self, sock, remote):
        connection = Connection(self, sock, remote)
        with self._lock:
            self._open.add(connection)
        try:
            connection.serve()
        except (OSError, ConnectionLost):
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            sock.close()
            self._room.release()

    def drain(self, seconds):
        """Stops accepting, lets running requests end within the time, closes idle connections at once."""
        self.draining = True
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                connections = list(self._open)
            for connection in connections:
                if connection.idle:
                    connection.shut()
            if not any(not connection.idle for connection in connections):
                return
            time.sleep(0.02)

    def member_of(self, function, host):
        if self._only is not None:
            return self._only
        if function is None:
            function = host or ""
            if function[:1] != "[":
                function = function.partition(":")[0]
        return self._members.get(function.lower().rstrip("."))

    def names(self):
        return sorted(self._members)


def _listener(host, port):
    if not host and socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=1024, dualstack_ipv6=True)
        except OSError:
            pass
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise RuntimeFailure("SNT0246", f"port {port}: {error.strerror or error}", "a free port",
                             "Maybe PORT or SINTER_ADMIN_PORT should name another.") from None
