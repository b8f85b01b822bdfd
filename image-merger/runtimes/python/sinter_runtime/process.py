"""What a process of its own would have given a member: a main thread, signals, exit hooks."""

import atexit
import os
import signal
import sys
import threading
import time

from . import hooks
from .identity import here, run_as


def install():
    _signals()
    _exit_hooks()
    _main_thread()


def name_who_ends_the_process():
    """Where members share a process: os._exit takes all of them with it, so it says first who called it."""
    leave, own = os._exit, os.getpid()

    def leave_as_member(status):
        scope = here.get()
        if scope is not None and os.getpid() == own:
            scope.member.died(f"it called os._exit({status!r}), which ends the whole workload")
        leave(status)

    os._exit = leave_as_member


def _signals():
    set_signal, get_signal, wakeup = signal.signal, signal.getsignal, signal.set_wakeup_fd

    def signal_of_member(number, handler):
        scope = here.get()
        if scope is None:
            return set_signal(number, handler)
        handlers = scope.member.signal_handlers
        previous = handlers.get(number, get_signal(number) if number != signal.SIGTERM else signal.SIG_DFL)
        handlers[number] = handler
        if number in (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF) and callable(handler):
            scope.member.mark_shared(f"the handler of {signal.Signals(number).name}")
        return previous

    def getsignal_of_member(number):
        scope = here.get()
        if scope is not None and number in scope.member.signal_handlers:
            return scope.member.signal_handlers[number]
        return signal.SIG_DFL if scope is not None and number == signal.SIGTERM else get_signal(number)

    def wakeup_of_member(descriptor, **kwargs):
        return wakeup(descriptor, **kwargs) if here.get() is None else -1

    signal.signal = signal_of_member
    signal.getsignal = getsignal_of_member
    signal.set_wakeup_fd = wakeup_of_member

    hooks.after_import("asyncio.unix_events", _loop_signals)


def _loop_signals(module):
    loop_class = module._UnixSelectorEventLoop
    add, remove = loop_class.add_signal_handler, loop_class.remove_signal_handler

    def add_of_member(self, number, callback, *args):
        scope = here.get()
        if scope is None:
            return add(self, number, callback, *args)
        scope.member.signal_handlers[number] = lambda *_: self.call_soon_threadsafe(callback, *args)

    def remove_of_member(self, number):
        scope = here.get()
        if scope is None:
            return remove(self, number)
        return scope.member.signal_handlers.pop(number, None) is not None

    loop_class.add_signal_handler = add_of_member
    loop_class.remove_signal_handler = remove_of_member


def _exit_hooks():
    register, unregister = atexit.register, atexit.unregister

    def register_of_member(function, *args, **kwargs):
        scope = here.get()
        if scope is None:
            return register(function, *args, **kwargs)
        scope.member.exit_hooks.append((function, args, kwargs))
        return function

    def unregister_of_member(function):
        scope = here.get()
        if scope is None:
            return unregister(function)
        scope.member.exit_hooks[:] = [hook for hook in scope.member.exit_hooks if hook[0] != function]

    atexit.register = register_of_member
    atexit.unregister = unregister_of_member


def _main_thread():
    main_thread = threading.main_thread

    def main_thread_of_member():
        scope = here.get()
        own = scope.member.main_thread if scope is not None else None
        return own if own is not None else main_thread()

    threading.main_thread = main_thread_of_member


def terminate(members, seconds):
    """Delivers SIGTERM to the members' own handlers, waits for their entry points, and runs their exit hooks."""
    for member in members:
        handler = member.signal_handlers.get(signal.SIGTERM)
        if callable(handler):
            try:
                run_as(member.scope, handler, signal.SIGTERM, None)
            except BaseException:  # a handler may end with SystemExit, and must not keep others from ending
                pass
    deadline = time.monotonic() + seconds
    for member in members:
        if callable(member.signal_handlers.get(signal.SIGTERM)) and member.main_thread is not None:
            member.main_thread.join(max(0.0, deadline - time.monotonic()))
    for member in members:
        for function, args, kwargs in reversed(member.exit_hooks):
            try:
                run_as(member.scope, function, *args, **kwargs)
            except BaseException:
                sys.excepthook(*sys.exc_info())
