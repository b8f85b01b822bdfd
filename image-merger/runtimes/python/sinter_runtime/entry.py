"""Runs a member's own command, as the interpreter would: a script, a module, or a console script."""

import os
import runpy
import sys
import types

from . import imports
from .errors import RuntimeFailure

_FLAGS_WITH_VALUE = "WXQ"


class Command:
    """argv split into what the interpreter runs and what the program sees."""

    def __init__(self, member):
        argv = member.argv
        program = os.path.basename(argv[0])
        if program.startswith(("python", "pypy")):
            self._python(member, argv[1:])
        else:
            self.kind, self.what = "script", _console_script(member, argv[0])
            self.argv = [self.what] + argv[1:]

    def _python(self, member, arguments):
        index = 0
        while index < len(arguments):
            argument = arguments[index]
            if argument in ("-m", "-c"):
                self.kind = "module" if argument == "-m" else "code"
                if index + 1 >= len(arguments):
                    break
                self.what = arguments[index + 1]
                self.argv = [argument] + arguments[index + 2:]
                return
            if argument.startswith("-m") and len(argument) > 2:
                self.kind, self.what, self.argv = "module", argument[2:], ["-m"] + arguments[index + 1:]
                return
            if not argument.startswith("-") or argument == "-":
                self.kind, self.what, self.argv = "script", argument, arguments[index:]
                return
            index += 2 if argument[1:] in _FLAGS_WITH_VALUE else 1
        raise RuntimeFailure("SNT0238", f"member {member.name}: argv {member.argv}", "python with a script, -m or -c",
                             "Maybe the image starts an interactive interpreter.")


def options(argv):
    """The interpreter's own options in a command, as another interpreter takes them."""
    found = []
    if os.path.basename(argv[0]).startswith(("python", "pypy")):
        arguments = iter(argv[1:])
        for argument in arguments:
            if argument[:2] in ("-m", "-c") or not argument.startswith("-") or argument == "-":
                break
            found.append(argument)
            if argument[1:] in _FLAGS_WITH_VALUE:
                found.append(next(arguments, ""))
    return found


def _console_script(member, name):
    if "/" in name:
        candidates = [member.relocate(name if name.startswith("/") else os.path.join(member.directory, name))]
    else:
        search = member.environ.get("PATH", os.defpath).split(os.pathsep)
        candidates = [member.relocate(os.path.join(directory, name)) for directory in search]
        # Where a member's private packages lie, its console scripts lie beside them.
        candidates += [os.path.join(os.path.dirname(sys.executable), name)]
    for candidate in candidates:
        if os.path.isfile(candidate):
            with open(candidate, "rb") as file:
                first = file.readline(200)
            if first.startswith(b"#!") and (b"python" in first or b"/sh" in first):
                return candidate
            raise RuntimeFailure("SNT0239", f"member {member.name}: {candidate} is not a Python script",
                                 "a Python entry point", "Maybe the group needs the CO_PROCESS tier.")
    raise RuntimeFailure("SNT0240", f"member {member.name}: command {name} not found in {candidates[:6]}",
                         "a script of the member's image", "Maybe its PATH was not kept.")


def prepare_path(member, command):
    """sys.path of the member as its own interpreter would have made it."""
    entries = []
    if command.kind == "script":
        script = os.path.join(member.directory, command.what)
        script = member.relocate(os.path.normpath(script))
        entries.append(os.path.dirname(os.path.realpath(script)))
    else:
        entries.append(member.directory)
    for entry in member.environ.get("PYTHONPATH", "").split(os.pathsep):
        if entry:
            entries.append(member.relocate(os.path.normpath(os.path.join(member.directory, entry))))
    member.import_path[:0] = entries


def run(member, command):
    """Returns when the entry point returns; must run in the member's main thread, as the member."""
    member.argv[:] = command.argv
    main = types.ModuleType("__main__")
    main.__builtins__ = __builtins__
    imports.adopt_main(member, main)
    if command.kind == "script":
        path = member.relocate(os.path.normpath(os.path.join(member.directory, command.what)))
        if os.path.isdir(path):
            member.import_path[0] = path
            _run_module(member, main, "__main__")
            return
        if not os.path.isfile(path):
            raise RuntimeFailure("SNT0248", f"member {member.name}: script {path}", "a file of the member's image",
                                 "Maybe its working directory or its files were not merged.")
        main.__file__ = path
        main.__cached__ = None
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        exec(code, main.__dict__)
    elif command.kind == "module":
        _run_module(member, main, command.what)
    else:
        exec(compile(command.what, "<string>", "exec", dont_inherit=True), main.__dict__)


def _run_module(member, main, name):
    _, spec, code = runpy._get_module_details(name) if name != "__main__" else runpy._get_main_module_details()
    main.__spec__ = spec
    main.__file__ = spec.origin
    main.__cached__ = spec.cached
    main.__loader__ = spec.loader
    main.__package__ = spec.parent
    member.argv[0] = spec.origin
    exec(code, main.__dict__)
