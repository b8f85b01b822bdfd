"""A watch over state that members of one process cannot have each for itself: changing it is noted, so that the group can
drop to another tier."""

from . import hooks
from .identity import here

_WARNINGS, _LOCALE, _SEED = "which warnings are errors", "the locale", "the random seed"
_CSV, _STACK = "csv's field size limit", "the stack size of threads"
_WATCHED = (
    ("socket", "setdefaulttimeout", "socket's default timeout"), ("locale", "setlocale", _LOCALE), ("random", "seed", _SEED),
    ("signal", "alarm", "the alarm timer"), ("signal", "setitimer", "an interval timer"),
    ("os", "fork", "the process by forking it"), ("os", "nice", "the priority"), ("os", "chroot", "the root directory"),
    ("os", "setuid", "the user"), ("os", "setgid", "the group"), ("urllib.request", "install_opener", "urllib's opener"),
    ("time", "tzset", "the time zone"), ("sys", "setrecursionlimit", "the recursion limit"),
    ("sys", "setswitchinterval", "the thread switch interval"), ("sys", "settrace", "the trace function"),
    ("threading", "stack_size", _STACK), ("warnings", "simplefilter", _WARNINGS), ("warnings", "filterwarnings", _WARNINGS),
    ("gc", "disable", "garbage collection"), ("gc", "set_threshold", "garbage collection"),
    ("csv", "field_size_limit", _CSV), ("mimetypes", "add_type", "the types of file names"),
    ("gettext", "install", "the built-in function _"), ("multiprocessing", "set_start_method", "the start method of processes"),
    ("sqlite3", "register_adapter", "sqlite3's types"), ("sqlite3", "register_converter", "sqlite3's types"))


def install():
    for module, name, what in _WATCHED:
        hooks.after_import(module, lambda loaded, name=name, what=what: _watch(loaded, name, what))


def _watch(module, name, what):
    original = getattr(module, name, None)
    if original is not None:
        setattr(module, name, _watched(original, what))


def _watched(function, what):
    def call(*args, **kwargs):
        scope = here.get()
        if scope is not None and not _harmless(what, args, kwargs):
            scope.member.mark_shared(what)
        return function(*args, **kwargs)

    call.__name__ = function.__name__
    call.__doc__ = function.__doc__
    return call


def _harmless(what, args, kwargs):
    """Asking changes nothing, and seeding with fresh entropy (gunicorn does) leaves random random."""
    if what == _LOCALE:
        return len(args) < 2 and not kwargs.get("locale")
    if what in (_CSV, _STACK):
        return not args
    if what == _WARNINGS:
        return (args[0] if args else kwargs.get("action")) != "error"
    return what == _SEED and (not args or isinstance(args[0], (bytes, type(None))))
