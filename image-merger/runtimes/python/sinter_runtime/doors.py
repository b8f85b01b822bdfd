"""Doors: loopback addresses where calls to one callee are taken in from clients without a hook, as the fused port takes
requests in, and measured as their caller's. What the callee cannot take goes on to its remote copy.

Members without a hook find a door because the callee's name resolves to an address of its own, which whoever starts the
workload writes into its hosts file. A callee that listens on its port of every address needs none: it is met there itself."""

import functools

from .errors import RuntimeFailure, Spill
from .inbound.front import Front
from .listening import holds_everywhere
from .member import report
from .passing import remote_copy


def remote_hosts(settings):
    """Where members are outside, by the names that lead to them inside."""
    pairs = (entry.split("=", 1) for entry in settings.get("SINTER_REMOTE_HOSTS", "").split(",") if "=" in entry)
    return {name.lower(): address for name, address in pairs}


def door(dispatcher, callee, host, port, answer, remote):
    """A front for one callee; remote is the (host, port) of its remote copy, None if it has none."""
    if remote is None:
        return Front(dispatcher, [callee], port, host, answer)
    elsewhere = remote_copy(*remote)
    return Front(dispatcher, [callee], port, host, _Spilling(dispatcher, answer, elsewhere), elsewhere)


class _Spilling:
    def __init__(self, dispatcher, answer, elsewhere):
        self._dispatcher = dispatcher
        self._answer = answer
        self._elsewhere = elsewhere

    def __call__(self, callee, request, gone):
        # What a local call adds to them, the mesh adds to its own.
        headers = request.headers
        if self._dispatcher.admits(callee):
            try:
                return self._answer(callee, request, gone)
            except Spill:
                request.headers = headers
        return self._elsewhere.respond(request, None, gone=gone)[0]


class Doors:
    """Those of members that run unmodified."""

    def __init__(self, dispatcher, members, plan, remote):
        self._dispatcher = dispatcher
        self._members = {member.name: member for member in members}
        self._plan = plan
        self._remote = remote

    def open(self, front_port):
        """Once all members listen: a door that came before a program would take its port from it."""
        for name, address in self._plan.loopback.items():
            callee = self._members[name]
            # Calls to the fused port's own number arrive there, and find their member by name.
            if callee.port == front_port or holds_everywhere(callee.port):
                continue
            remote = self._remote.get(name.lower())
            try:
                door(self._dispatcher, callee, address, callee.port, self._answer(callee),
                     remote and (remote, callee.port)).start()
            except RuntimeFailure as failure:
                report(str(failure))

    def _answer(self, callee):
        """The connection does not tell whose it is; where only one program calls the callee, it is that one's."""
        callers = [caller for caller, called in self._plan.local
                   if called == callee.name and not self._members[caller].plan.captured]
        if len(callers) == 1:
            return functools.partial(self._dispatcher.on_behalf, self._members[callers[0]])
        return self._dispatcher.inbound
