"""One member of the fused workload: its plan, its state, and the server captured from it."""

import contextvars
import os
import sys
import threading

from .circuit import Circuit
from .identity import Scope, here

STARTING, READY, DEAD = "STARTING", "READY", "DEAD"
# Kinds of shared state that a member is said to have changed.
MAX_NAMED = 32


class Member:
    """Thread-safe: state changes under its lock, everything read on the way of a call is a plain attribute."""

    def __init__(self, plan):
        self.plan = plan
        self.name = plan.name
        self.port = plan.port
        self.directory = self.relocate(os.path.normpath(plan.working_dir))
        self.argv = list(plan.argv)
        self.environ = dict(plan.env)
        self.import_path = []
        self.modules = {}
        self.wrapped = {}
        self.scope = Scope(self)
        self.context = contextvars.Context()
        self.context.run(here.set, self.scope)
        self.server = None
        self.private_address = None
        self.server_known = False
        self.loop = None
        self.state = STARTING
        self.reason = ""
        self.changed = threading.Condition()
        self.routes = {}
        self.exit_hooks = []
        self.signal_handlers = {}
        self.main_thread = None
        self.event_loop_policy = None
        self.shared_state_touched = {}
        self.stats = None
        self.circuit = Circuit()
        # Calls it has not answered yet, with the time they began (ns).
        self.active = {}

    def relocate(self, path):
        """Maps an absolute path of the member's original image to where the file lies in the fused one."""
        for source, target in self.plan.relocated:
            if path == source or path.startswith(source + "/"):
                return target + path[len(source):]
        return path

    def listening(self, private_address):
        with self.changed:
            self.private_address = private_address
            self.changed.notify_all()

    def serve_with(self, server):
        """The entry point has begun to serve; from now on calls may be answered by this server."""
        with self.changed:
            self.server = server
            if self.state == STARTING:
                self.state = READY
            self.changed.notify_all()

    @property
    def way(self):
        """How its requests are answered: wsgi, loop, handler, raw; peer for a member of another process."""
        if self.stats is not None:
            return self.stats["way"]
        return self.server.kind if self.server is not None else "none"

    def died(self, reason):
        """Nothing local is answered by this member any more; callers spill to the remote copy. Logged once."""
        with self.changed:
            if self.state == DEAD:
                return
            self.state = DEAD
            self.reason = reason
            self.changed.notify_all()
        if self.signal_handlers.get("sinter stopping"):
            return
        report(f"SNT0236: member {self.name} stopped serving: {reason} (expected: a server that runs until SIGTERM). "
               "Its calls leave the process from now on.")

    def mark_shared(self, what):
        """Notes, once per kind, that the member changed state which all members of the process share."""
        if what not in self.shared_state_touched and len(self.shared_state_touched) < MAX_NAMED:
            self.shared_state_touched[what] = True
            report(f"SNT0237: member {self.name} changed {what}, which the whole process shares (expected: state of its "
                   "own). Maybe it belongs into a FORKED group.")


def report(message):
    """A line of the runtime's own; members' logging has no part in it."""
    try:
        sys.__stderr__.write(message + "\n")
        sys.__stderr__.flush()
    except (OSError, ValueError, AttributeError):
        pass
