"""Runs our adaptation of a library right after that library's module was first executed, wherever it came from."""

import importlib.abc
import importlib.machinery
import sys

_HOOKS = {}


def after_import(name, function):
    """function(module) runs once for each copy of the module; at once if it is loaded already."""
    _HOOKS.setdefault(name, []).append(function)
    module = sys.modules.get(name)
    if module is not None:
        function(module)


def executed(name, module):
    for function in _HOOKS.get(name, ()):
        function(module)


class _HookedLoader(importlib.abc.Loader):
    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        executed(module.__name__, module)


class HookFinder:
    """First on sys.meta_path: wraps the loader of the few modules somebody waits for."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _HOOKS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _HookedLoader(spec.loader)
        return spec


def install():
    sys.meta_path.insert(0, HookFinder)
