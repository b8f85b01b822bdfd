"""Files: relative and relocated absolute paths of a member lead to its own files, and chdir moves that member alone."""

import builtins
import io
import os
import pathlib

from . import hooks
from .identity import here

# Functions of os by how many leading arguments are paths.
_ONE_PATH = ("open", "stat", "lstat", "listdir", "scandir", "access", "mkdir", "rmdir", "remove", "unlink", "chmod",
             "chown", "lchown", "readlink", "truncate", "utime", "statvfs", "mkfifo", "mknod", "pathconf", "getxattr",
             "setxattr", "listxattr", "removexattr")
_TWO_PATHS = ("rename", "replace", "link")


def own_path(path):
    """What a path means to the current member; anything but a path (a descriptor, None) is returned as it is."""
    scope = here.get()
    if scope is None:
        return path
    return _translate(scope.member, path)


def _translate(member, path):
    kind = type(path)
    if kind is not str:
        if kind is int or path is None:
            return path
        if kind is bytes:
            return os.fsencode(_translate(member, os.fsdecode(path)))
        if not hasattr(path, "__fspath__"):
            return path
        return _translate(member, os.fspath(path))
    if path[:1] == "/":
        return member.relocate(path) if member.plan.relocated else path
    if not path:
        return path
    return path if member.directory == process_directory() else os.path.join(member.directory, path)


def process_directory():
    return _real_directory


_real_directory = os.getcwd()


def install():
    global _real_directory
    _real_directory = os.getcwd()
    for name in _ONE_PATH:
        original = getattr(os, name, None)
        if original is not None:
            _replace(os, name, _with_one_path(original))
    for name in _TWO_PATHS:
        _replace(os, name, _with_two_paths(getattr(os, name)))
    symlink = os.symlink
    _replace(os, "symlink", lambda src, dst, *a, **k: symlink(src, own_path(dst), *a, **k))
    opening = _with_one_path(builtins.open)
    builtins.open = opening
    io.open = opening
    _replace(os, "getcwd", _getcwd)
    _replace(os, "getcwdb", lambda: os.fsencode(_getcwd()))
    _replace(os, "chdir", _chdir)
    hooks.after_import("sqlite3.dbapi2", _sqlite)
    # It takes its names from there.
    hooks.after_import("sqlite3", lambda module: setattr(module, "connect", module.dbapi2.connect))


def _sqlite(module):
    module.connect = _with_one_path(module.connect)


def _replace(module, name, function):
    """pathlib of Python 3.9 and 3.10 keeps os functions in an accessor of its own."""
    original = getattr(module, name)
    for kept in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in kept:
            kept.add(function)
    setattr(module, name, function)
    accessor = getattr(pathlib, "_NormalAccessor", None)
    if accessor is not None and getattr(accessor, name, None) is original:
        setattr(accessor, name, staticmethod(function))


def _with_one_path(function):
    def call(path, *args, **kwargs):
        scope = here.get()
        if scope is not None:
            if kwargs and kwargs.get("dir_fd") is not None:
                return function(path, *args, **kwargs)
            path = _translate(scope.member, path)
        return function(path, *args, **kwargs)

    return _optional_path(function, call)


def _optional_path(function, call):
    if getattr(function, "__name__", "") not in ("listdir", "scandir"):
        if getattr(function, "__name__", "") == "open":
            return _named(function, _keyword_file(call))
        return _named(function, _keyword_path(call))

    def with_default(path=".", *args, **kwargs):
        return call(path if path is not None else ".", *args, **kwargs)

    return _named(function, with_default)


def _keyword_file(call):
    def opened(*args, **kwargs):
        if not args:
            key = "file" if "file" in kwargs else "path"
            args = (kwargs.pop(key),)
        return call(*args, **kwargs)

    return opened


def _keyword_path(call):
    def called(*args, **kwargs):
        if not args:
            key = "database" if "database" in kwargs else "path"
            args = (kwargs.pop(key),)
        return call(*args, **kwargs)

    return called


def _named(function, wrapper):
    wrapper.__name__ = getattr(function, "__name__", "call")
    wrapper.__doc__ = function.__doc__
    wrapper.__module__ = getattr(function, "__module__", None)
    return wrapper


def _with_two_paths(function):
    def call(src, dst, *args, **kwargs):
        scope = here.get()
        if scope is not None:
            src = _translate(scope.member, src)
            dst = _translate(scope.member, dst)
        return function(src, dst, *args, **kwargs)

    return _named(function, call)


_os_getcwd = os.getcwd
_os_chdir = os.chdir


def _getcwd():
    scope = here.get()
    return _os_getcwd() if scope is None else scope.member.directory


def _chdir(path):
    global _real_directory
    scope = here.get()
    if scope is None:
        _os_chdir(path)
        _real_directory = _os_getcwd()
        return
    target = _translate(scope.member, os.fspath(path) if not isinstance(path, int) else os.readlink(f"/proc/self/fd/{path}"))
    if not os.path.isdir(target):
        os.listdir(target)  # raises what chdir would have raised
    scope.member.directory = os.path.normpath(os.fsdecode(target) if isinstance(target, bytes) else target)
