"""Starts the processes of a group: forked from here, as interpreters of their own, or as programs; the front of a FORKED group
as threads of this process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from . import child, entry, frames, programs
from .control import Line
from .doors import Doors, remote_hosts
from .limits import die_with_parent, limit
from .outputs import become, close_all, flush
from .runs import CapturedRun

FRONT = ""


class Starter:
    """start(name) gives a run; where that cannot be, it raises OSError."""

    def __init__(self, members, dispatcher, settings, plan, selector, outputs):
        self._members = {member.name: member for member in members}
        self._dispatcher = dispatcher
        self._settings = settings
        self._forks = plan.tier == "FORKED"
        self._port = int(settings.get("PORT") or plan.port)
        self._doors = Doors(dispatcher, members, plan, remote_hosts(settings))
        self._selector = selector
        self._outputs = outputs
        self._directory = tempfile.mkdtemp(prefix="sinter-")
        self._paths = {name: os.path.join(self._directory, f"{number}") for number, name in enumerate(self._members)}
        self._listeners = {name: frames.listener(path) for name, path in self._paths.items()}
        self._lines = {}

    def start(self, name):
        if name == FRONT and self._forks:
            # From here on there are threads in this process, and forking it is not safe any more.
            self._forks = False
            return self._front_in_threads()
        ends = self._outputs.open(name, name)
        try:
            member = self._members.get(name)
            if member is not None and not member.plan.captured:
                return programs.start(member, lambda: self._prepare(ends))
            return self._captured(name, ends)
        except OSError:
            self._outputs.ended(name)
            raise
        finally:
            close_all(ends)

    def close(self):
        shutil.rmtree(self._directory, ignore_errors=True)

    def _prepare(self, ends):
        become(ends)
        signal.set_wakeup_fd(-1)
        die_with_parent()
        limit(self._settings)

    def _captured(self, name, ends):
        ours, theirs = socket.socketpair()
        try:
            if name == FRONT or self._forks:
                flush()
                pid = os.fork()
                if pid == 0:
                    self._in_child(name, ours, theirs, ends)
            else:
                pid = self._interpreter(name, theirs, ends)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._lines[name] = Line(ours)
        return CapturedRun(pid, self._lines[name])

    def _front_in_threads(self):
        ours, theirs = socket.socketpair()
        world = self._world(theirs)

        def serve():
            try:
                self._run_front(world)
            finally:
                world.line.send(kind="ended")

        threading.Thread(target=serve, name="sinter-fused-port", daemon=True).start()
        return CapturedRun(os.getpid(), Line(ours))

    def _world(self, sock):
        return child.World(list(self._members.values()), self._paths, self._dispatcher, Line(sock))

    def _run_front(self, world):
        return child.run_front(
            world, list(self._members.values()), self._port, int(self._settings.get("SINTER_ADMIN_PORT") or 15020),
            float(self._settings.get("SINTER_GRACE_SECONDS") or 8), self._doors)

    def _in_child(self, name, ours, theirs, ends):
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            ours.close()
            self._selector.close()
            self._outputs.forget(ends)
            for line in self._lines.values():
                line.sock.close()
            die_with_parent()
            world = self._world(theirs)
            if name == FRONT:
                child.own_signals(world)
                code = self._run_front(world)
            else:
                limit(self._settings)
                if self._members[name].environ.get("PYTHONUNBUFFERED"):
                    # As an interpreter of its own would have it, but for lines.
                    sys.stdout.reconfigure(line_buffering=True)
                child.run_member(world, name, self._listeners[name], self._settings)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)

    def _interpreter(self, name, theirs, ends):
        """A fresh interpreter of the member's own."""
        member = self._members[name]
        listener = self._listeners[name]
        # What C code reads must be the member's own; where Python looks for modules is settled inside.
        environment = {key: value for key, value in member.environ.items()
                       if key not in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")}
        environment.update((key, value) for key, value in self._settings.items() if key.startswith("SINTER_"))
        environment["SINTER_CHILD"] = f"{theirs.fileno()}:{listener.fileno()}:{self._directory}:{name}"
        launch = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "launch.py")
        python = member.plan.python if os.access(member.plan.python, os.X_OK) else sys.executable
        started = subprocess.Popen([python, *entry.options(member.argv), launch], env=environment, pass_fds=(theirs.fileno(), listener.fileno()),
                                   stdout=ends[1], stderr=ends[2], start_new_session=True)
        # The supervisor's loop notices its end.
        started.returncode = 0
        return started.pid
