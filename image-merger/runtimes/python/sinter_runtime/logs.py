"""Logging of each member: its own handlers, levels and filters on the loggers all share, and its name before each line."""

import logging
import logging.config
import os
import sys
import threading
import weakref

from .identity import here
from .lines import Lines, Writer

_PER_MEMBER = ("handlers", "filters", "level", "propagate", "disabled", "_cache")


def install():
    """Loggers answer each member with that member's configuration; what was set outside of members is the default."""
    for name in _PER_MEMBER:
        setattr(logging.Logger, name, _PerMember(name))
    clear = logging.config._clearExistingHandlers

    def clear_own_handlers():
        scope = here.get()
        if scope is None:
            clear()
            return
        own = [reference for reference in logging._handlerList if _owner(reference) is scope.member]
        logging.shutdown(own)
        for reference in own:
            if reference in logging._handlerList:
                logging._handlerList.remove(reference)

    logging.config._clearExistingHandlers = clear_own_handlers
    add_reference = logging._addHandlerRef

    def add_owned_reference(handler):
        add_reference(handler)
        scope = here.get()
        if scope is not None:
            _owners[handler] = scope.member

    logging._addHandlerRef = add_owned_reference


_owners = weakref.WeakKeyDictionary()


def _owner(reference):
    handler = reference() if isinstance(reference, weakref.ref) else reference
    return _owners.get(handler) if handler is not None else None


class _PerMember:
    """A data descriptor on Logger: one value for each member, made from the default at first use."""

    def __init__(self, name):
        self.name = name
        self.key = "sinter " + name
        self.fresh = {"handlers": list, "filters": list, "_cache": dict}.get(name)

    def __get__(self, logger, owner=None):
        if logger is None:
            return self
        state = logger.__dict__
        scope = here.get()
        if scope is None:
            return state[self.name]
        values = state.get(self.key)
        if values is None:
            values = state.setdefault(self.key, {})
        member = scope.member
        if member in values:
            return values[member]
        if self.fresh is None:
            return state[self.name]
        return values.setdefault(member, self.fresh())

    def __set__(self, logger, value):
        state = logger.__dict__
        scope = here.get()
        if scope is None or self.name not in state:
            # A logger made by a member starts with the class's defaults for everyone.
            state[self.name] = value
            if scope is None:
                return
        state.setdefault(self.key, {})[scope.member] = value


class MemberStream:
    """sys.stdout or sys.stderr where members share a process: their lines begin with their names, and are written whole."""

    def __init__(self, stream):
        self._stream = stream
        self._lines = Lines("\n")
        self._writers = {}
        self._unlock()
        os.register_at_fork(after_in_child=self._unlock)

    def _unlock(self):
        # What a finalizer prints may come in the middle of a write.
        self._lock = threading.RLock()

    def write(self, text):
        scope = here.get()
        if scope is None or not isinstance(text, str):
            return self._stream.write(text)
        with self._lock:
            writer = self._writers.get(scope.member)
            if writer is None:
                writer = self._writers[scope.member] = Writer(f"[{scope.member.name}] ")
            self._weave(writer, writer.take(text, "\n"))
        return len(text)

    def _weave(self, writer, text):
        if text:
            self._stream.write(self._lines.woven(writer, text))

    def flush(self):
        scope = here.get()
        with self._lock:
            for member, writer in self._writers.items():
                if scope is None or scope.member is member:
                    self._weave(writer, writer.leave())
        self._stream.flush()

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __iter__(self):
        return iter(self._stream)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def prefix_streams():
    sys.stdout = MemberStream(sys.stdout)
    sys.stderr = MemberStream(sys.stderr)
