"""A list that shows every member its own content: for sys.path and sys.argv."""

import sys
import types

from .identity import here


class MemberList(list):
    """Outside of members it is the ordinary list it was made from. C code that bypasses methods sees that one too."""

    __slots__ = ("attribute",)

    def __init__(self, base, attribute):
        super().__init__(base)
        self.attribute = attribute

    def _own(self):
        scope = here.get()
        return getattr(scope.member, self.attribute) if scope is not None else None

    def __iadd__(self, other):
        self.extend(other)
        return self

    def __imul__(self, count):
        self[:] = list(self) * count
        return self

    def __reduce_ex__(self, protocol):
        own = self._own()
        return list, (list(own if own is not None else list.__iter__(self)),)


def _dispatching(name):
    method = getattr(list, name)

    def call(self, *args, **kwargs):
        own = self._own()
        return method(self if own is None else own, *args, **kwargs)

    call.__name__ = name
    return call


for _name in ("__iter__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__add__", "__mul__", "__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__", "__repr__", "__reversed__",
              "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"):
    setattr(MemberList, _name, _dispatching(_name))


class _Sys(types.ModuleType):
    """sys once installed: a member that assigns sys.path or sys.argv replaces the content of its own."""

    def __setattr__(self, name, value):
        if name in ("path", "argv") and here.get() is not None:
            present = getattr(self, name)
            if value is not present:
                present[:] = value
        else:
            super().__setattr__(name, value)


def install():
    sys.__class__ = _Sys
