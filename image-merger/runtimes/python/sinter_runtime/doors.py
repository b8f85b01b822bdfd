"""Where members without a hook find their callees: the callee's name resolves to a loopback address of its own, which
whoever starts the workload writes into its hosts file. There a door takes calls in, as the fused port does, and measures
them as the caller's.

A callee that listens on its port of every address needs no door: it is met there itself."""

import functools

from .errors import RuntimeFailure
from .inbound.front import Front
from .member import report
from .programs import holds_everywhere


class Doors:
    def __init__(self, dispatcher, members, plan):
        self._dispatcher = dispatcher
        self._members = {member.name: member for member in members}
        self._plan = plan

    def open(self, front_port):
        """Once all members listen: a door that came before a program would take its port from it."""
        for name, address in self._plan.loopback.items():
            callee = self._members[name]
            # Calls to the fused port's own number arrive there, and find their member by name.
            if callee.port == front_port or holds_everywhere(callee.port):
                continue
            try:
                Front(self._dispatcher, [callee], callee.port, address, self._answer(callee)).start()
            except RuntimeFailure as failure:
                report(str(failure))

    def _answer(self, callee):
        """The connection does not tell whose it is; where only one program calls the callee, it is that one's."""
        callers = [caller for caller, called in self._plan.local
                   if called == callee.name and not self._members[caller].plan.captured]
        if len(callers) == 1:
            return functools.partial(self._dispatcher.on_behalf, self._members[callers[0]])
        return self._dispatcher.inbound
