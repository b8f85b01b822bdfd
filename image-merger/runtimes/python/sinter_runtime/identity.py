"""Which member the running code belongs to. Carried by a context variable through calls, tasks, threads and executors."""

import contextvars
import sys
import threading
import _thread
from concurrent.futures import ThreadPoolExecutor


class Scope:
    """Where code runs: the member, the request's trace position, how many local calls lie above it on this stack, and
    whether its calls must leave the process (remote)."""

    __slots__ = ("member", "trace_id", "span_id", "depth", "remote")

    def __init__(self, member, trace_id=None, span_id=None, depth=0, remote=False):
        self.member = member
        self.trace_id = trace_id
        self.span_id = span_id
        self.depth = depth
        self.remote = remote

    def leaving(self):
        """The same place, for a call that spills."""
        return Scope(self.member, self.trace_id, self.span_id, self.depth, True)


here = contextvars.ContextVar("sinter_scope", default=None)


def current_member():
    """The member whose code is running, or None in the runtime's own code."""
    scope = here.get()
    return scope.member if scope is not None else None


def run_as(scope, function, *args, **kwargs):
    """Calls function in this thread with another identity."""
    token = here.set(scope)
    try:
        return function(*args, **kwargs)
    finally:
        here.reset(token)


def install():
    """Lets threads and executor jobs inherit the identity of who started them."""
    for module, name in ((threading, "_start_new_thread"), (threading, "_start_joinable_thread"),
                         (_thread, "start_new_thread"), (_thread, "start_new")):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, _inheriting(original))

    if sys.version_info >= (3, 14):
        threading.Thread.start = _in_context(threading.Thread.start)

    submit = ThreadPoolExecutor.submit

    def submit_as_member(self, fn, /, *args, **kwargs):
        scope = here.get()
        if scope is None:
            return submit(self, fn, *args, **kwargs)
        return submit(self, run_as, Scope(scope.member, scope.trace_id, scope.span_id, 0, scope.remote), fn, *args, **kwargs)

    ThreadPoolExecutor.submit = submit_as_member


def _in_context(start):
    """From 3.14 a thread's code runs in a context that is made when it starts."""
    def start_as_member(self):
        scope = here.get()
        if scope is not None:
            if self._context is None:
                inherits = sys.flags.thread_inherit_context
                self._context = contextvars.copy_context() if inherits else contextvars.Context()
            self._context.run(here.set, Scope(scope.member))
        start(self)

    return start_as_member


def _inheriting(start):
    def start_as_member(function, *args, **kwargs):
        scope = here.get()
        if scope is not None:
            function = _Bound(Scope(scope.member), function)
        return start(function, *args, **kwargs)

    return start_as_member


class _Bound:
    __slots__ = ("scope", "function")

    def __init__(self, scope, function):
        self.scope = scope
        self.function = function

    def __call__(self, *args, **kwargs):
        here.set(self.scope)
        return self.function(*args, **kwargs)
