"""Finds what members of one process have put in the place of a shared library's own functions, classes and settings: all
members would use it. Sentry, OpenTelemetry, gevent and the like do so, and many a program by hand."""

import sys
import threading
import types

from .imports import StandIn
from .libraries import is_standard

# Theirs do what the originals do: in older Python they only know more.
_HARMLESS = frozenset(("exceptiongroup", "typing_extensions"))
_RUNTIME = __name__.partition(".")[0]
# Settings of the standard library that have no function to watch, and what they are at first.
_SETTINGS = (
    ("ssl", "_create_default_https_context", lambda ssl: ssl.create_default_context),
    ("http.client", "_MAXHEADERS", lambda _: 100), ("http.client", "_MAXLINE", lambda _: 65536))


class Patches:
    """Thread-safe."""

    def __init__(self, members):
        self._members = members
        self._lock = threading.Lock()
        self._known = {}
        self._modules = 0
        self._found()

    def look(self, started=None):
        """Marks the members whose code did it; what a library did, it did for the one that has just started, or for all."""
        with self._lock:
            if started is None and len(sys.modules) == self._modules:
                return
            whose = [started] if started is not None else self._members
            by_module = {}
            for place, owner in self._found():
                by_module.setdefault(owner["__name__"], (owner, []))[1].append(place)
            for name, (owner, places) in by_module.items():
                others = f" and {len(places) - 1} more" if len(places) > 1 else ""
                for member in self._loaded_by(owner) or whose:
                    member.mark_shared(f"{places[0]}{others} by {name}")
            for place in self._changed_settings():
                for member in whose:
                    member.mark_shared(place)

    def _loaded_by(self, owner):
        """The members whose own module has these globals: none if it is shared."""
        return [member for member in self._members
                if getattr(member.modules.get(owner["__name__"]), "__dict__", None) is owner]

    def _found(self):
        """(place such as json.JSONEncoder.default, globals of the module its replacement is from) since the last time."""
        found = []
        self._modules = len(sys.modules)
        for name, module in list(sys.modules.items()):
            top = name.partition(".")[0]
            # In setuptools' distutils it is usual, and no server uses that.
            if top in (_RUNTIME, "distutils") or type(sys.modules.get(top)) is StandIn or not issubclass(type(module), types.ModuleType):
                continue
            try:
                self._look_into(name, module, is_standard(top), found)
            except Exception:
                # Whatever strange thing a library keeps there, it is no reason to end the workload.
                continue
        return found

    def _look_into(self, name, module, standard, found):
        # Modules that load themselves when they are asked for anything stay as they are.
        for attribute, value in list(object.__getattribute__(module, "__dict__").items()):
            self._compare(f"{name}.{attribute}", value, standard, found)
            if issubclass(type(value), type) and vars(value).get("__module__") == name:
                for part, defined in list(vars(value).items()):
                    self._compare(f"{name}.{attribute}.{part}", defined, standard, found)

    def _compare(self, place, value, standard, found):
        owner = self._origin(value)
        if owner is None or _is_expected(owner["__name__"]) or self._known.get(place) is value:
            return
        # Libraries use each other's functions; a member's are not theirs to have.
        if standard or self._loaded_by(owner):
            self._known[place] = value
            found.append((place, owner))

    def _changed_settings(self):
        for name, attribute, default in _SETTINGS:
            module = sys.modules.get(name)
            value = getattr(module, attribute, None)
            if module is not None and value != default(module) and self._known.get((name, attribute)) is not value:
                self._known[name, attribute] = value
                yield f"{name}.{attribute}"

    def _origin(self, value):
        """The globals of the module that a function, class or object is from; None where that is not known. Proxies are
        not asked what they stand for (isinstance would)."""
        kind = type(value)
        if kind in (staticmethod, classmethod, types.MethodType):
            value = value.__func__
        elif kind is property:
            value = value.fget
        if type(value) is types.FunctionType:
            # Made by exec (named tuples), it is from no module.
            return value.__globals__ if value.__globals__.get("__name__") in sys.modules else None
        kind = value if issubclass(kind, type) else kind
        name = vars(kind).get("__module__")
        module = sys.modules.get(name) if type(name) is str else None
        if type(module) is StandIn:
            own = [vars(member.modules[name]) for member in self._members if name in member.modules]
            return next((found for found in own if found.get(kind.__name__) is kind), None)
        return vars(module) if type(module) is types.ModuleType else None


def _is_expected(name):
    top = name.partition(".")[0]
    return top == _RUNTIME or top in _HARMLESS or is_standard(top)
