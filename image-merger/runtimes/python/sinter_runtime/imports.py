"""Import namespaces: modules found in a member's own directories belong to that member alone, under their own names.

Private modules live in the member's table. sys.modules holds one stand-in per private name, which shows each member its
own module: pickle, dataclasses, typing and Flask look there by name."""

import builtins
import importlib
import importlib.machinery
import importlib.util
import itertools
import os
import sys
import threading
import types
from importlib import _bootstrap

from . import hooks, ownership
from .identity import here
from .ownership import is_own_file, is_private, search_path, shared_path
from .perlist import MemberList

_USUAL_FINDERS = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)
_lock = threading.RLock()
_stand_ins = {}
_asked = threading.local()
# Of names that are private elsewhere: what everybody else sees.
_shared = {}
_import = builtins.__import__
_import_module = importlib.import_module
_reload = importlib.reload


class StandIn(types.ModuleType):
    """Occupies sys.modules[name] for all members; every attribute is that of the current member's module."""

    def __getattribute__(self, attribute):
        wrapped = _wrapped_by(self)
        if wrapped is None:
            return getattr(_resolve(self), attribute)
        # What took the module's place asks for the module itself, and has only this stand-in of it.
        asked = _asked.__dict__
        if id(wrapped) in asked:
            return getattr(wrapped, attribute)
        asked[id(wrapped)] = True
        try:
            return getattr(_resolve(self), attribute)
        finally:
            del asked[id(wrapped)]

    def __setattr__(self, attribute, value):
        setattr(_resolve(self), attribute, value)

    def __delattr__(self, attribute):
        delattr(_resolve(self), attribute)

    def __dir__(self):
        return dir(_resolve(self))

    def __repr__(self):
        return repr(_resolve(self))


def _resolve(stand_in):
    state = object.__getattribute__(stand_in, "__dict__")
    name = state["sinter_name"]
    scope = here.get()
    module = scope.member.modules.get(name) if scope is not None else None
    if module is None:
        module = state["sinter_shared"]
    if module is None:
        raise AttributeError(f"module {name!r} is not loaded here")
    return module


def _wrapped_by(stand_in):
    """The module itself where the current member's was replaced by another object."""
    scope = here.get()
    return scope.member.wrapped.get(object.__getattribute__(stand_in, "__dict__")["sinter_name"]) if scope is not None else None


def _stand_in(name):
    """Makes sure sys.modules[name] is a stand-in; what was there before stays visible to those without a module of their own."""
    stand_in = _stand_ins.get(name)
    present = sys.modules.get(name)
    if stand_in is None:
        stand_in = _stand_ins[name] = StandIn(name)
        object.__getattribute__(stand_in, "__dict__").update(sinter_name=name, sinter_shared=present)
    if present is not stand_in:
        sys.modules[name] = stand_in
    return stand_in


def install(members, one_process):
    """Replaces the import entry points and gives each member its own sys.path."""
    ownership.install(members, one_process)
    sys.path = MemberList(shared_path(), "import_path")
    builtins.__import__ = import_name
    importlib.__import__ = import_name
    importlib.import_module = import_module
    importlib.reload = reload
    sys.meta_path.insert(0, _PrivateFinder)


def import_name(name, globals=None, locals=None, fromlist=(), level=0):
    """builtins.__import__: private names from the member's table, all others as ever."""
    scope = here.get()
    if scope is None:
        return _import(name, globals, locals, fromlist, level)
    member = scope.member
    absolute = name
    if level:
        absolute = _bootstrap._resolve_name(name, _bootstrap._calc___package__(globals or {}), level)
    top = absolute.partition(".")[0]
    if not is_private(member, top):
        if top in _stand_ins:
            _load_shared(top, absolute)
        return _import(name, globals, locals, fromlist, level)
    module = member.modules.get(absolute)
    if module is None or getattr(getattr(module, "__spec__", None), "_initializing", False):
        module = _load(member, absolute)
    if fromlist:
        if hasattr(module, "__path__"):
            _import_from_list(member, module, absolute, fromlist)
        return module
    if level:
        # As importlib does: `name` relative to the package binds its first component.
        if not name:
            return module
        cut = len(name) - len(name.partition(".")[0])
        return member.modules[absolute[:len(absolute) - cut]] if cut else module
    return member.modules[top]


def _import_from_list(member, module, absolute, fromlist):
    for attribute in fromlist:
        if attribute == "*":
            _import_from_list(member, module, absolute, getattr(module, "__all__", ()))
        elif not hasattr(module, attribute):
            submodule = f"{absolute}.{attribute}"
            try:
                _load(member, submodule)
            except ModuleNotFoundError as error:
                if error.name != submodule:
                    raise


def import_module(name, package=None):
    """importlib.import_module with the same rule."""
    scope = here.get()
    if scope is None:
        return _import_module(name, package)
    absolute = importlib.util.resolve_name(name, package) if name.startswith(".") else name
    top = absolute.partition(".")[0]
    if is_private(scope.member, top):
        return scope.member.modules.get(absolute) or _load(scope.member, absolute)
    if top in _stand_ins:
        _load_shared(top, absolute)
        return _resolve(sys.modules[absolute]) if isinstance(sys.modules[absolute], StandIn) else sys.modules[absolute]
    return _import_module(name, package)


def reload(module):
    """importlib.reload: a private module is executed again in place."""
    scope = here.get()
    name = getattr(getattr(module, "__spec__", None), "name", None) or module.__name__
    if scope is None or scope.member.modules.get(name) is not module:
        return _reload(module)
    spec = _find(scope.member, name) or module.__spec__
    module.__spec__ = spec
    spec.loader.exec_module(module)
    return module


def _load(member, absolute):
    """Imports a private module, parents first, under one lock (as a process of its own would hold per module)."""
    with _lock:
        module = member.modules.get(absolute)
        if module is not None:
            return module
        parent_name, _, child = absolute.rpartition(".")
        parent = None
        if parent_name:
            parent = _load(member, parent_name)
            module = member.modules.get(absolute)
            if module is not None:
                return module
        spec = _find(member, absolute)
        module = _put_there_by(parent, absolute) if spec is None else None
        if module is not None:
            member.modules[absolute] = module
        else:
            module = _execute(spec or _found_by_others(absolute, parent), member.modules)
        if parent is not None:
            try:
                setattr(parent, child, module)
            except AttributeError:
                pass
        return module


def _put_there_by(parent, absolute):
    """A submodule that its package wrote into sys.modules itself, under a name that no file has."""
    module = sys.modules.get(absolute)
    if parent is None or module is None or isinstance(module, StandIn):
        return None
    stand_in = _stand_in(absolute)
    object.__getattribute__(stand_in, "__dict__")["sinter_shared"] = None
    return module


def _execute(spec, table):
    """What importlib does with a spec, into our table and behind a stand-in."""
    module = importlib.util.module_from_spec(spec)
    table[spec.name] = module
    state = object.__getattribute__(_stand_in(spec.name), "__dict__")
    if table is _shared:
        # It may import itself while it is executed.
        state["sinter_shared"] = module
    if spec.loader is not None and spec.origin is not None or hasattr(spec.loader, "exec_module"):
        spec._initializing = True
        try:
            spec.loader.exec_module(module)
        except BaseException:
            table.pop(spec.name, None)
            if table is _shared:
                state["sinter_shared"] = None
            raise
        finally:
            spec._initializing = False
    hooks.executed(spec.name, module)
    replaced = sys.modules.get(spec.name)
    if replaced is not None and not isinstance(replaced, StandIn):
        # The module put something else in its own place (six, py, lazy-loading packages do).
        scope = here.get()
        if scope is not None and table is scope.member.modules:
            scope.member.wrapped[spec.name] = module
        module = table[spec.name] = replaced
        _stand_in(spec.name)
    return table[spec.name]


def _find(member, absolute):
    """None where no file has the name."""
    parent_name, _, _ = absolute.rpartition(".")
    if not parent_name:
        return importlib.machinery.PathFinder.find_spec(absolute, search_path(member))
    path = getattr(member.modules[parent_name], "__path__", None)
    if path is None:
        raise ModuleNotFoundError(f"No module named {absolute!r}; {parent_name!r} is not a package", name=absolute)
    return importlib.machinery.PathFinder.find_spec(absolute, path)


def _found_by_others(absolute, parent):
    """Some libraries (six) bring finders for modules that are no files."""
    for finder in sys.meta_path:
        if finder not in (*_USUAL_FINDERS, _PrivateFinder, hooks.HookFinder) and hasattr(finder, "find_spec"):
            spec = finder.find_spec(absolute, getattr(parent, "__path__", None))
            if spec is not None:
                return spec
    raise ModuleNotFoundError(f"No module named {absolute!r}", name=absolute)


def _load_shared(top, absolute):
    """A name that is private elsewhere, wanted by a member (or library) that must see the shared module, if there is one."""
    with _lock:
        names = absolute.split(".")
        for count in range(1, len(names) + 1):
            name = ".".join(names[:count])
            stand_in = _stand_ins.get(name)
            if stand_in is None:
                continue
            state = object.__getattribute__(stand_in, "__dict__")
            if state["sinter_shared"] is None:
                spec = importlib.machinery.PathFinder.find_spec(name, shared_path() if count == 1 else _resolve(
                    _stand_ins[".".join(names[:count - 1])]).__path__)
                if spec is None:
                    raise ModuleNotFoundError(f"No module named {name!r}", name=name)
                module = state["sinter_shared"] = _execute(spec, _shared)
                if count > 1:
                    parent = sys.modules[".".join(names[:count - 1])]
                    setattr(_shared.get(parent.__name__, parent), names[count - 1], module)


class _PrivateFinder:
    """Makes importlib.util.find_spec, pkgutil and runpy see private modules."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        scope = here.get()
        if scope is None or not is_private(scope.member, name.partition(".")[0]):
            return None
        return importlib.machinery.PathFinder.find_spec(name, path if path is not None else search_path(scope.member))


def adopt_main(member, module):
    """`__main__` is private to each member."""
    member.modules["__main__"] = module
    _stand_in("__main__")


def last_loaded():
    """The name that sys.modules got last, for adopt_strays."""
    return next(reversed(sys.modules))


def adopt_strays(member, since):
    """Entry points that write to sys.modules directly (functions-framework does) leave real modules there: give them to
    the member whose start put them. Modules loaded before are not touched: in a forked process that would copy them."""
    for name in [*_stand_ins, *_loaded_since(since)]:
        module = sys.modules.get(name)
        if isinstance(module, StandIn) or module is None:
            continue
        spec = getattr(module, "__spec__", None)
        origin = getattr(spec, "origin", None) or getattr(module, "__file__", None)
        if name in _stand_ins or (isinstance(origin, str) and os.path.isabs(origin) and is_own_file(member, origin)):
            member.modules[name] = module
            stand_in = _stand_ins.get(name)
            if stand_in is None:
                stand_in = _stand_in(name)
                object.__getattribute__(stand_in, "__dict__")["sinter_shared"] = None
            sys.modules[name] = stand_in


def _loaded_since(last):
    while True:
        try:
            return list(itertools.takewhile(lambda name: name != last, reversed(sys.modules)))
        except RuntimeError:
            # Another thread imported something meanwhile.
            continue
