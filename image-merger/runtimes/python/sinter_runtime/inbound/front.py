"""The one port of the fused workload: HTTP/1.1 with keep-alive, members chosen by x-sinter-function or Host."""

import array
import select
import socket
import struct
import threading
import time
from _thread import start_new_thread

from ..errors import ConnectionLost, RuntimeFailure
from .connection import Connection, has_something

MAX_CONNECTIONS = 1024
# What a connection accepted while draining has for sending its request.
FIRST_REQUEST_SECONDS = 0.5
# What the last packet of a handshake under way has for arriving.
HANDSHAKE_SECONDS = 0.1
SO_ATTACH_FILTER = 26
# Classic BPF over the TCP header: drop what has SYN, take the rest.
NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


class Patience:
    """How long members are still loaded after SIGTERM: as long as somebody who has connected waits for them, and there is time."""

    def __init__(self, stopping, front, seconds):
        self._stopping = stopping
        self._front = front
        self._seconds = seconds
        self._until = None

    def is_set(self):
        """Whether loading is to be given up."""
        if not self._stopping.is_set():
            return False
        if self._until is None:
            self._until = time.monotonic() + self._seconds
        return not self._front.awaited() or time.monotonic() > self._until

    def left(self):
        """Seconds for the requests that run then; refusing those who waited takes no time."""
        return self._seconds if self._until is None else max(1.0, self._until - time.monotonic())


class Front:
    """Accepts on its own threads; one thread per connection, MAX_CONNECTIONS at most (then accepting waits).
    answer(member, request, gone) gives the response to a request; elsewhere is the server of the remote copy, where answer()
    has one for a member that is not ready."""

    def __init__(self, dispatcher, members, port, host="", answer=None, elsewhere=None):
        self.answer = answer or dispatcher.inbound
        self.elsewhere = elsewhere
        self._members = {member.name.lower(): member for member in members}
        self._only = members[0] if len(members) == 1 else None
        self._room = threading.Semaphore(MAX_CONNECTIONS)
        self._open = set()
        self._lock = threading.Lock()
        self.started = False
        self.draining = False
        self._last_entry = 0.0
        self.requests = 0
        self.closed = threading.Event()
        self._asleep, self._wake = socket.socketpair()
        self._listener = _listener(host, port)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]

    def start(self):
        self.started = True
        threading.Thread(target=self._accept, name="sinter-front", daemon=True).start()

    def awaited(self):
        """Whether somebody has connected and was not accepted yet."""
        return has_something(self._listener)

    def _accept(self):
        poller = select.poll()
        for source in (self._listener, self._asleep):
            poller.register(source, select.POLLIN)
        while True:
            self._room.acquire()
            accepted = self._next(poller)
            if accepted is None:
                self._listener.close()
                self.closed.set()
                return
            sock, remote = accepted
            connection = Connection(self, sock, remote[:2])
            if self.draining:
                connection.patient_until = time.monotonic() + FIRST_REQUEST_SECONDS
            with self._lock:
                self._open.add(connection)
            try:
                sock.setblocking(True)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                start_new_thread(self._serve, (connection, sock))
            except (OSError, RuntimeError):
                self._end(connection, sock)

    def _next(self, poller):
        """The next connection; while draining those that have begun already, then None."""
        while True:
            try:
                return self._listener.accept()
            except BlockingIOError:
                if not self.draining:
                    poller.poll()
                elif not has_something(self._listener, max(0.0, self._last_entry - time.monotonic())):
                    return None
            except ConnectionAbortedError:
                # The client has left again.
                continue
            except OSError:
                # Descriptors are used up.
                if self.draining:
                    return None
                time.sleep(0.01)

    def _serve(self, connection, sock):
        try:
            connection.serve()
        except (OSError, ConnectionLost):
            pass
        finally:
            self._end(connection, sock)

    def _end(self, connection, sock):
        sock.close()
        with self._lock:
            self._open.discard(connection)
        self._room.release()

    def drain(self, seconds):
        """Lets no new connection in, serves what has connected already, lets running requests end within the time, closes
        idle connections at once."""
        # A closed listener resets what waits in its queue: nothing may come between the last accept and its end.
        _let_nobody_begin(self._listener)
        self._last_entry = time.monotonic() + HANDSHAKE_SECONDS
        self.draining = True
        self._wake.send(b".")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                connections = list(self._open)
            if not connections and self.closed.is_set():
                return
            for connection in connections:
                connection.end_if_idle()
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


def _let_nobody_begin(listener):
    """Drops the first packet of new connections, so that a client that connects now tries again, and is refused once the
    listener is closed. Those that have begun get through: to the client they stand before the listener knows."""
    program = array.array("B", b"".join(struct.pack("HBBI", *instruction) for instruction in NO_SYN))
    try:
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(NO_SYN), program.buffer_info()[0]))
    except OSError:
        # Where the kernel does not let us, the moment before the end stays.
        pass
