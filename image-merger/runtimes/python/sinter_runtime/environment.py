"""os.environ and sys.argv of each member."""

import os
import subprocess
import sys

from . import hooks
from .identity import current_member, here
from .perlist import MemberList


class MemberEnviron(os._Environ):
    """os.environ's class once installed; the object itself stays, so `from os import environ` is covered too."""

    def _own(self):
        scope = here.get()
        return scope.member.environ if scope is not None else None

    def __getitem__(self, key):
        scope = here.get()
        if scope is None:
            return super().__getitem__(key)
        try:
            return scope.member.environ[key]
        except (KeyError, TypeError):
            # What cannot be a name is refused as such.
            self.encodekey(key)
            raise KeyError(key) from None

    def __setitem__(self, key, value):
        own = self._own()
        if own is None:
            super().__setitem__(key, value)
            return
        self.encodekey(key)
        self.encodevalue(value)
        own[key] = value

    def __delitem__(self, key):
        own = self._own()
        if own is None:
            super().__delitem__(key)
            return
        try:
            del own[key]
        except KeyError:
            raise KeyError(key) from None

    def __iter__(self):
        own = self._own()
        if own is None:
            yield from super().__iter__()
        else:
            yield from list(own)

    def __len__(self):
        own = self._own()
        return super().__len__() if own is None else len(own)

    def copy(self):
        return dict(self)


def install(members):
    process = dict(os.environ)
    others = {key for member in members for key in member.plan.env}
    for member in members:
        # What the engine sets (HOSTNAME, HOME …) is everyone's; what any plan names is only its member's; PORT is ours.
        member.environ = {key: value for key, value in process.items()
                          if key not in others and key != "PORT" and not key.startswith("SINTER_")}
        member.environ.update(member.plan.env)
    os.environ.__class__ = MemberEnviron
    sys.argv = MemberList(sys.argv, "argv")
    _pass_to_children()
    hooks.after_import("wsgiref.handlers", _wsgiref)


def _wsgiref(module):
    """It copies the environment once, when it is first imported, into every request of whoever uses it."""
    copies = {}

    def of_member(_):
        member = current_member()
        if member not in copies:
            copies[member] = module.read_environ()
        return copies[member]

    module.BaseHandler.os_environ = property(of_member)


def _pass_to_children():
    initialise = subprocess.Popen.__init__

    def with_member_environment(self, *args, **kwargs):
        scope = here.get()
        if scope is not None:
            # Positions of cwd and env in Popen's signature.
            if kwargs.get("env") is None and len(args) <= 10:
                kwargs["env"] = dict(scope.member.environ)
            if kwargs.get("cwd") is None and len(args) <= 9:
                kwargs["cwd"] = scope.member.directory
        initialise(self, *args, **kwargs)

    subprocess.Popen.__init__ = with_member_environment

    system = os.system

    def system_as_member(command):
        if here.get() is None:
            return system(command)
        code = subprocess.call(command, shell=True)
        return code << 8 if code >= 0 else -code

    os.system = system_as_member
