"""Imports before the fork what members will import, so that their processes share its memory."""

import ast
import os
import sys

from . import entry, ownership

MAX_SCANNED_FILES = 400


def preload(members):
    """Imports the shared libraries that members import at top level, so that forked processes share their memory."""
    # Every process needs these sooner or later, and would load them for itself.
    wanted = {"ctypes", "encodings.idna"}
    for member in members:
        command = entry.Command(member)
        entry.prepare_path(member, command)
        wanted |= _imported_names(member)
        member.import_path[:] = ownership.initial_path(member)
    for name in sorted(wanted):
        if name in sys.modules or name.partition(".")[0] in ownership.ALWAYS_PRIVATE:
            continue
        if any(ownership.is_private(member, name.partition(".")[0]) for member in members):
            continue
        try:
            __import__(name)
        except Exception:
            # The member will fail, or not, by itself.
            continue


def _imported_names(member):
    """Modules named by import statements in the member's own directories; its console script counts too."""
    names = set()
    scanned = 0
    roots = [entry for entry in ownership.private_directories(member)]
    for root in roots:
        for directory, subdirectories, files in os.walk(root):
            subdirectories[:] = [name for name in subdirectories if not name.startswith((".", "__")) and name != "site-packages"]
            for file in files:
                if file.endswith(".py") and scanned < MAX_SCANNED_FILES:
                    scanned += 1
                    names |= _imports_of(os.path.join(directory, file))
    program = os.path.basename(member.argv[0])
    known = {"uvicorn": ("uvicorn.main",), "waitress-serve": ("waitress",), "flask": ("flask.cli",),
             "functions-framework": ("flask",)}
    names.update(known.get(program, ()))
    return names


def _imports_of(path):
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return names
