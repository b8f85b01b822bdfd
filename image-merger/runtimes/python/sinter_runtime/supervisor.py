"""The FORKED and CO_PROCESS tiers: one process per member under a supervisor.

FORKED: libraries the members share are imported once, then each process is forked from here, before there are threads; then
the front begins to serve in this process, and whoever must be started again starts afresh (forking threads is not safe).
CO_PROCESS: each member's own interpreter is started afresh, so that nothing is shared but the container; what is not captured
runs as it is, and the front is one more process."""

import ast
import os
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from . import child, entry, frames, imports, programs, sharing
from .control import Line
from .doors import Doors, remote_hosts
from .member import DEAD, READY, STARTING, report
from .outputs import Outputs, become, close_all, flush
from .watch import STUCK_SECONDS

FRONT = ""
BACK_OFF_SECONDS = 0.1
MAX_BACK_OFF_SECONDS = 10.0
HEALTHY_SECONDS = 30.0
START_SECONDS = 120.0
LOOK_SECONDS = 0.05
MAX_SCANNED_FILES = 400


class _Process:
    def __init__(self):
        self.pid = 0
        self.line = None
        self.started = 0.0
        self.back_off = 0.0
        self.restart_at = None
        self.ready_once = False
        self.last_beat = None
        self.program = None
        self.awaited_until = None


class Supervisor:
    """run() returns the exit code."""

    def __init__(self, members, dispatcher, settings, plan):
        self._members = members
        self._dispatcher = dispatcher
        self._settings = settings
        self._tier = plan.tier
        self._port = int(settings.get("PORT") or plan.port)
        self._doors = Doors(dispatcher, members, plan, remote_hosts(settings))
        self._grace = float(settings.get("SINTER_GRACE_SECONDS") or 8)
        self._stuck_seconds = float(settings.get("SINTER_STUCK_SECONDS") or STUCK_SECONDS)
        self._directory = tempfile.mkdtemp(prefix="sinter-")
        self._paths = {member.name: os.path.join(self._directory, f"{number}")
                       for number, member in enumerate(members)}
        self._listeners = {name: frames.listener(path) for name, path in self._paths.items()}
        self._processes = {member.name: _Process() for member in members}
        self._processes[FRONT] = _Process()
        # Its keys' data are functions to call.
        self._selector = selectors.DefaultSelector()
        self._outputs = Outputs(self._selector)
        self._stopping = False
        self._failure = None
        self._announced = False
        # The front, when it runs in threads of this process.
        self._here = None

    def run(self):
        wake, self._wake = socket.socketpair()
        for end in (wake, self._wake):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        self._selector.register(wake, selectors.EVENT_READ, lambda: _empty(wake))
        if self._tier == "FORKED":
            preload(self._members)
            sharing.settle()
        self._outputs.take_own()
        for name in self._processes:
            if not self._stopping:
                if self._tier == "FORKED" and name == FRONT:
                    self._serve_here()
                else:
                    self._spawn(name)
        try:
            while self._alive():
                self._turn()
        finally:
            self._outputs.close()
            shutil.rmtree(self._directory, ignore_errors=True)
        if self._failure is not None:
            report(self._failure)
            return 1
        return 0

    def _alive(self):
        return not self._stopping or any(process.pid for process in self._processes.values())

    def _turn(self):
        now = time.monotonic()
        due = [process.restart_at for process in self._processes.values() if process.restart_at is not None]
        timeout = max(0.0, min(due) - now) if due else 5.0
        if self._stopping:
            timeout = min(timeout, 0.2)
        if any(process.awaited_until for process in self._processes.values()):
            timeout = min(timeout, LOOK_SECONDS)
        silence = self._outputs.due()
        for key, _ in self._selector.select(timeout if silence is None else min(timeout, silence)):
            # An earlier one's doing may have closed it.
            if self._selector.get_map().get(key.fd) is key:
                key.data()
        self._outputs.break_silence()
        self._reap()
        self._look_for_programs()
        now = time.monotonic()
        for name, process in self._processes.items():
            if process.pid and process.last_beat is not None and now - process.last_beat > self._stuck_seconds:
                report(f"SNT0249: member {name} is stuck for {self._stuck_seconds:.0f} s (expected: answers). It is killed.")
                process.last_beat = None
                os.kill(process.pid, signal.SIGKILL)
        for name, process in self._processes.items():
            if process.restart_at is not None and process.restart_at <= now and not self._stopping:
                process.restart_at = None
                self._spawn(name)
        if self._stopping and now > self._deadline:
            for process in self._processes.values():
                if process.program is not None:
                    process.program.kill()
                elif process is self._here:
                    process.pid = 0
                elif process.pid:
                    os.kill(process.pid, signal.SIGKILL)

    def _stop(self):
        """Front first: it drains; members end when it is gone."""
        if self._stopping:
            return
        self._stopping = True
        self._deadline = time.monotonic() + self._grace + 4
        front = self._processes[FRONT]
        if front.pid:
            front.line.send(kind="stop")
        else:
            self._stop_members()

    def _stop_members(self):
        for name, process in self._processes.items():
            if name == FRONT or not process.pid:
                continue
            if process.program is not None:
                process.program.end(programs.stop_signal(self._member(name)))
            else:
                process.line.send(kind="stop")

    def _member(self, name):
        return next(member for member in self._members if member.name == name)

    def _start_program(self, process, member):
        """Its port must be its own: what answers there is taken for it."""
        port = member.plan.listens
        if programs.address_of(port) is not None:
            if not process.ready_once:
                self._failure = (f"SNT0246: port {port} of member {member.name}: taken (expected: a free port). "
                                 "Maybe PORT or SINTER_ADMIN_PORT should name another.")
                self._stop()
                return
            # Something it left behind still holds it.
            process.restart_at = process.started + process.back_off
            return
        ends = self._outputs.open(member.name, member.name)
        process.program = programs.Program(member, lambda: self._prepare(ends))
        close_all(ends)
        process.pid = process.program.pid
        process.awaited_until = process.started + START_SECONDS

    def _prepare(self, ends):
        become(ends)
        signal.set_wakeup_fd(-1)
        die_with_parent()
        limit(self._settings)

    def _look_for_programs(self):
        """A program is ready when it listens."""
        for name, process in self._processes.items():
            if process.awaited_until is None or not process.pid:
                continue
            member = self._member(name)
            address = programs.address_of(member.plan.listens)
            if address is not None:
                process.awaited_until = None
                process.ready_once = True
                self._change(name, READY, address, "")
                self._announce()
            elif time.monotonic() > process.awaited_until:
                process.awaited_until = None
                said = f"SNT0245: member {name} serves nothing after {START_SECONDS:.0f} s (expected: a server bound to " \
                       f"port {member.plan.listens}). Maybe it listens on another port than its plan says."
                if process.ready_once:
                    report(said)
                    process.program.kill()
                else:
                    self._failure = said
                    self._stop()

    def _spawn(self, name):
        process = self._processes[name]
        process.started = time.monotonic()
        process.last_beat = None
        if name != FRONT and not self._member(name).plan.captured:
            self._start_program(process, self._member(name))
            return
        ours, theirs = socket.socketpair()
        ends = self._outputs.open(name, name)
        flush()
        if name == FRONT or (self._tier == "FORKED" and self._here is None):
            pid = os.fork()
            if pid == 0:
                self._in_child(name, ours, theirs, ends)
        else:
            try:
                pid = self._exec(name, theirs, ends)
            except OSError as error:
                ours.close()
                theirs.close()
                close_all(ends)
                self._outputs.ended(name)
                if not process.ready_once:
                    raise
                report(f"SNT0247: member {name} could not be started again: {error.strerror or error} (expected: a process). "
                       f"It is tried again in {process.back_off:.1f} s.")
                process.restart_at = time.monotonic() + process.back_off
                return
        theirs.close()
        close_all(ends)
        self._began(name, pid, ours)

    def _began(self, name, pid, ours):
        process = self._processes[name]
        process.pid = pid
        process.line = Line(ours)
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._heed(name))
        for member in self._members:
            if member.name != name and member.state != STARTING:
                process.line.send(**self._state_of(member))
        if self._stopping:
            # SIGTERM came while it was being started.
            process.line.send(kind="stop")

    def _serve_here(self):
        """The front as threads of this process; for the rest of the supervisor it is one of its processes."""
        self._here = self._processes[FRONT]
        ours, theirs = socket.socketpair()
        world = child.World(self._members, self._paths, self._dispatcher, Line(theirs))
        self._began(FRONT, os.getpid(), ours)

        def serve():
            try:
                self._run_front(world)
            finally:
                world.line.send(kind="ended")

        threading.Thread(target=serve, name="sinter-fused-port", daemon=True).start()

    def _run_front(self, world):
        return child.run_front(world, self._members, self._port, int(self._settings.get("SINTER_ADMIN_PORT") or 15020),
                               self._grace, self._doors)

    def _in_child(self, name, ours, theirs, ends):
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            ours.close()
            self._selector.close()
            self._outputs.forget(ends)
            for other in self._processes.values():
                if other.line is not None:
                    other.line.sock.close()
            die_with_parent()
            world = child.World(self._members, self._paths, self._dispatcher, Line(theirs))
            if name == FRONT:
                child.own_signals(world)
                code = self._run_front(world)
            else:
                limit(self._settings)
                if self._member(name).environ.get("PYTHONUNBUFFERED"):
                    # As its own interpreter would have it, but for lines.
                    sys.stdout.reconfigure(line_buffering=True)
                child.run_member(world, name, self._listeners[name], self._settings)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)

    def _exec(self, name, theirs, ends):
        """A fresh interpreter of the member's own."""
        member = self._member(name)
        listener = self._listeners[name]
        # What C code reads must be the member's own; where Python looks for modules is settled inside.
        environment = {key: value for key, value in member.environ.items()
                       if key not in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")}
        environment.update((key, value) for key, value in self._settings.items() if key.startswith("SINTER_"))
        environment["SINTER_CHILD"] = f"{theirs.fileno()}:{listener.fileno()}:{self._directory}:{name}"
        launch = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "launch.py")
        python = member.plan.python if os.access(member.plan.python, os.X_OK) else sys.executable
        started = subprocess.Popen([python, launch], env=environment, pass_fds=(theirs.fileno(), listener.fileno()),
                                   stdout=ends[1], stderr=ends[2])
        # Its end is noticed in _reap().
        started.returncode = 0
        return started.pid

    def _heed(self, name):
        process = self._processes[name]
        messages = process.line.receive()
        if messages is None:
            self._selector.unregister(process.line.sock)
            process.line.sock.close()
            return
        for message in messages:
            kind = message["kind"]
            if kind == "ready":
                process.ready_once = True
                if name != FRONT:
                    self._change(name, READY, message["port"], "")
                self._announce()
            elif kind == "failed":
                if not process.ready_once:
                    self._failure = message["reason"]
                    self._stop()
            elif kind == "beat":
                process.last_beat = time.monotonic()
            elif kind == "ended":
                process.pid = 0
                if self._stopping:
                    self._stop_members()
                else:
                    self._failure = "SNT0247: the front ended (expected: to run until SIGTERM). Its own output above says why."
                    self._stop()
            elif kind == "drained":
                self._stop_members()
            elif kind == "stats":
                self._tell(self._processes[FRONT], kind="stats", member=name, stats=message["stats"])

    def _announce(self):
        if not self._announced and all(process.ready_once for process in self._processes.values()):
            self._announced = True
            report(f"sinter: {', '.join(member.name for member in self._members)} ready on port "
                   f"{self._port} ({self._tier})")

    def _change(self, name, state, port, reason):
        member = self._member(name)
        member.state, member.private_address, member.reason = state, port, reason
        for other, process in self._processes.items():
            if other != name:
                self._tell(process, **self._state_of(member))

    @staticmethod
    def _state_of(member):
        return {"kind": "state", "member": member.name, "state": member.state, "port": member.private_address,
                "reason": member.reason}

    @staticmethod
    def _tell(process, **message):
        if process.pid and process.line is not None:
            process.line.send(**message)

    def _reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for name, process in self._processes.items():
                if process.pid == pid:
                    self._ended(name, process, status)

    def _end_program(self, process):
        program, process.program, process.awaited_until = process.program, None, None
        program.kill()

    def _ended(self, name, process, status):
        process.pid = 0
        if process.program is not None:
            self._end_program(process)
        elif process.line.sock.fileno() >= 0:
            try:
                # What it said last may still be unread.
                self._heed(name)
            except (OSError, KeyError, ValueError):
                pass
            if process.line.sock.fileno() >= 0:
                self._selector.unregister(process.line.sock)
                process.line.sock.close()
        self._outputs.ended(name)
        if name == FRONT and self._stopping:
            self._stop_members()
        if self._stopping:
            return
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit code {os.WEXITSTATUS(status)}"
        if not process.ready_once and name != FRONT:
            self._failure = f"SNT0244: member {name} ended while starting: {how} (expected: a server). " \
                            "Its own output above says why."
            self._stop()
            return
        if time.monotonic() - process.started > HEALTHY_SECONDS:
            process.back_off = 0.0
        process.back_off = min(MAX_BACK_OFF_SECONDS, max(BACK_OFF_SECONDS, process.back_off * 2))
        process.restart_at = time.monotonic() + process.back_off
        report(f"SNT0247: {'the front' if name == FRONT else 'member ' + name} ended with {how} (expected: to run until "
               f"SIGTERM). It is started again in {process.back_off:.1f} s.")
        if name != FRONT:
            self._change(name, DEAD, None, how)


def preload(members):
    """Imports the shared libraries that members import at top level, so that forked processes share their memory."""
    # Every process needs these sooner or later, and would load them for itself.
    wanted = {"ctypes", "encodings.idna"}
    for member in members:
        command = entry.Command(member)
        entry.prepare_path(member, command)
        wanted |= _imported_names(member)
        member.import_path[:] = imports.initial_path(member)
    for name in sorted(wanted):
        if name in sys.modules or name.partition(".")[0] in imports.ALWAYS_PRIVATE:
            continue
        if any(imports.is_private(member, name.partition(".")[0]) for member in members):
            continue
        try:
            __import__(name)
        except Exception:
            # The member will fail, or not, by itself.
            continue


def _imported_names(member):
    """Modules named by import statements in the member's own directories; its console script counts too."""
    names = set()
    scanned = 0
    roots = [entry for entry in imports.private_directories(member)]
    for root in roots:
        for directory, subdirectories, files in os.walk(root):
            subdirectories[:] = [name for name in subdirectories if not name.startswith((".", "__")) and name != "site-packages"]
            for file in files:
                if file.endswith(".py") and scanned < MAX_SCANNED_FILES:
                    scanned += 1
                    names |= _imports_of(os.path.join(directory, file))
    program = os.path.basename(member.argv[0])
    known = {"uvicorn": ("uvicorn.main",), "waitress-serve": ("waitress",), "flask": ("flask.cli",),
             "functions-framework": ("flask",)}
    names.update(known.get(program, ()))
    return names


def _imports_of(path):
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return names


def _empty(sock):
    try:
        sock.recv(4096)
    except BlockingIOError:
        pass


def die_with_parent():
    """PR_SET_PDEATHSIG, where ctypes is there."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (ImportError, OSError, AttributeError):
        pass


def limit(settings):
    """rlimits of one member's process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    mebibytes = settings.get("SINTER_MEMBER_MEMORY_MIB")
    if mebibytes:
        size = int(mebibytes) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    files = settings.get("SINTER_MEMBER_FILES")
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
