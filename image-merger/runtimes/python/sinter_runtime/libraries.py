"""Which libraries members of one process may share: whatever keeps something of an application in its modules (settings,
registries, default clients) each member must load for itself, and no library says so. So only what is known to keep nothing
is shared, what cannot be loaded twice because it has native code, and what either of these needs: two copies of a library
would not know each other's classes."""

import importlib.machinery
import importlib.metadata
import os
import re
import sys
import sysconfig

# Distributions, by normalized name. What they need is shared with them.
STATELESS = frozenset((
    "aiofiles", "anyio", "asgiref", "attrs", "certifi", "chardet", "charset-normalizer", "click", "daphne",
    "defusedxml", "exceptiongroup", "fastapi", "flask", "flask-cors", "h11", "h2", "hpack", "httpcore", "httpx",
    "hypercorn", "hyperframe", "idna", "importlib-metadata", "importlib-resources", "itsdangerous", "jinja2",
    "jsonschema", "markdown", "packaging", "priority", "pydantic", "pygments", "pyjwt", "pyparsing", "python-dateutil",
    "python-multipart", "pytz", "quart", "requests", "requests-toolbelt", "simplejson", "six", "sniffio", "starlette",
    "tenacity", "typing-extensions", "typing-inspection", "tzdata", "urllib3", "uvicorn", "waitress", "webob",
    "websockets", "werkzeug", "wsproto", "zipp"))

# They have native code as well, but keep an application's settings; that part may be loaded again.
_STATEFUL = frozenset(("tornado",))

_NATIVE = tuple(importlib.machinery.EXTENSION_SUFFIXES)
_STANDARD = getattr(sys, "stdlib_module_names", None)
_HEADER = re.compile(r"^(Name|Requires-Dist):[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)


def is_standard(top):
    """Whether the top-level name is the standard library's."""
    global _STANDARD
    if _STANDARD is None:
        # Python 3.9 has no list of them.
        directories = [sysconfig.get_path("stdlib"), os.path.join(sysconfig.get_path("stdlib"), "lib-dynload")]
        files = [file for directory in directories if os.path.isdir(directory) for file in os.listdir(directory)]
        _STANDARD = frozenset(sys.builtin_module_names).union(file.partition(".")[0] for file in files)
    return top in _STANDARD


class Libraries:
    """Thread-safe once made: nothing changes."""

    def __init__(self, directories):
        """directories are the interpreter's, of which sys.path tells."""
        self._shared = set()
        self._apart = set()
        needs, modules, shared = {}, {}, set()
        for distribution in importlib.metadata.distributions(path=list(directories)):
            name, required = _metadata(distribution)
            if name and name not in modules:
                modules[name], native = _modules(distribution, name)
                needs[name] = required
                if name in STATELESS or native and name not in _STATEFUL:
                    shared.add(name)
        waiting = list(shared)
        while waiting:
            for needed in needs.get(waiting.pop(), ()):
                if needed in modules and needed not in shared:
                    shared.add(needed)
                    waiting.append(needed)
        for name in shared:
            self._shared |= modules[name]
        for name, tops in modules.items():
            self._apart |= tops
        self._apart -= self._shared

    def is_apart(self, top, spec):
        """Whether each member loads the top-level name for itself; spec says where the interpreter finds it."""
        if top in self._shared or _normalized(top) in STATELESS:
            return False
        return top in self._apart or not _has_native_code(spec)


def _normalized(name):
    return re.sub("[-_.]+", "-", name).lower()


def _metadata(distribution):
    """Normalized name, None if it has none, and the names of what it needs, extras included."""
    # The library's own parsing takes longer than all members together take to start.
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    headers = _HEADER.findall(text.partition("\n\n")[0])
    names = [_normalized(value) for header, value in headers if header == "Name"]
    required = [value for header, value in headers if header != "Name"]
    # Debian's packages have it in a file of its own.
    required += re.findall(r"^[A-Za-z0-9][A-Za-z0-9._-]*", distribution.read_text("requires.txt") or "", re.MULTILINE)
    return names[0] if names else None, list(map(_normalized, required))


def _modules(distribution, name):
    """The top-level names that a distribution brings, and whether any has native code."""
    record = distribution.read_text("RECORD")
    if not record:
        listed = (distribution.read_text("top_level.txt") or name.replace("-", "_")).split()
        found = [importlib.machinery.PathFinder.find_spec(top, [str(distribution.locate_file(""))]) for top in listed]
        return set(listed), any(spec is not None and _has_native_code(spec) for spec in found)
    tops = set()
    for line in record.splitlines():
        first, slash, _ = line.partition(",")[0].partition("/")
        if not slash and first.endswith((".py", *_NATIVE)):
            tops.add(first.partition(".")[0])
        elif slash and first.isidentifier() and first != "__pycache__":
            tops.add(first)
    return tops, any(suffix + "," in record for suffix in _NATIVE)


def _has_native_code(spec):
    if spec.origin and spec.origin.endswith(_NATIVE):
        return True
    for place in spec.submodule_search_locations or ():
        for _, _, files in os.walk(place):
            if any(file.endswith(_NATIVE) for file in files):
                return True
    return False
