"""Which modules are a member's own: those found in its own directories, and where members share one process also libraries in
the interpreter's directories that may keep something of an application (see libraries)."""

import importlib.machinery
import os
import sys

from . import libraries

# gunicorn.config reads the directory and WEB_CONCURRENCY, PORT, FORWARDED_ALLOW_IPS when it is imported.
ALWAYS_PRIVATE = frozenset(("functions_framework", "gunicorn"))

_shared_path = ()
_shared_directories = frozenset()
_verdicts = {}
_libraries = None


def install(members, one_process):
    """What sys.path holds now is the interpreter's."""
    global _shared_path, _shared_directories, _libraries
    _shared_path = tuple(sys.path)
    _shared_directories = frozenset(os.path.realpath(entry) for entry in _shared_path if entry)
    for member in members:
        member.import_path[:] = initial_path(member)
        _verdicts[member] = (None, {})
    _libraries = libraries.Libraries(_shared_path) if one_process else None


def shared_path():
    return list(_shared_path)


def initial_path(member):
    """sys.path before the entry point adds its own directory."""
    return member.plan.private_packages + list(_shared_path)


def private_directories(member):
    """The entries of the member's sys.path that are its own, packages apart."""
    return [entry for entry in search_path(member) if not is_shared(entry) and entry not in member.plan.private_packages]


def is_private(member, top):
    """Whether the member loads the top-level name for itself, searching as its own process would have."""
    path = member.import_path
    known_path, verdicts = _verdicts[member]
    if known_path is None or known_path != path:
        verdicts = {}
        _verdicts[member] = (list(path), verdicts)
    verdict = verdicts.get(top)
    if verdict is None:
        # A module loaded before by this member stays its own, also when its directory left the path.
        verdict = top in member.modules or _found_privately(member, top)
        verdicts[top] = verdict
    return verdict


def _found_privately(member, top):
    if top in ALWAYS_PRIVATE:
        return importlib.machinery.PathFinder.find_spec(top, search_path(member)) is not None
    if top in sys.builtin_module_names or top == "sinter_runtime":
        return False
    return _found_in_own_directories(member, top) or _is_kept_apart(top)


def _is_kept_apart(top):
    if _libraries is None or libraries.is_standard(top):
        return False
    spec = importlib.machinery.PathFinder.find_spec(top, _shared_path)
    return spec is not None and _libraries.is_apart(top, spec)


def _found_in_own_directories(member, top):
    path = search_path(member)
    spec = importlib.machinery.PathFinder.find_spec(top, [entry for entry in path if not is_shared(entry)])
    if spec is None:
        return False
    if spec.origin is None or spec.loader is None:
        # A directory without __init__: a regular package of that name anywhere on the path wins over it.
        whole = importlib.machinery.PathFinder.find_spec(top, path)
        return whole is None or whole.origin is None
    # An earlier shared directory wins over a later private one.
    first_private = next(index for index, entry in enumerate(path)
                         if not is_shared(entry) and importlib.machinery.PathFinder.find_spec(top, [entry]) is not None)
    earlier = [entry for entry in path[:first_private] if is_shared(entry)]
    return not earlier or importlib.machinery.PathFinder.find_spec(top, earlier) is None


def search_path(member):
    """The member's sys.path with relative and relocated entries made real."""
    return [entry if entry in _shared_path else member.relocate(os.path.normpath(os.path.join(member.directory, entry)))
            for entry in member.import_path]


def is_shared(entry):
    return bool(entry) and (entry in _shared_path or os.path.realpath(entry) in _shared_directories)


def is_own_file(member, origin):
    # "built-in" and "frozen" are no files, and would count as files of the working directory.
    if not os.path.isabs(origin):
        return False
    directory = os.path.realpath(os.path.dirname(origin))
    if any(directory == shared or directory.startswith(shared + os.sep) for shared in _shared_directories):
        return False
    roots = [os.path.realpath(entry) for entry in search_path(member) if not is_shared(entry)]
    roots.append(os.path.realpath(member.directory))
    return any(directory == root or directory.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
