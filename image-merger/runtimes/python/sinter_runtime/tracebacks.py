"""Tracebacks as members see and show them: without the runtime's own frames."""

import os
import traceback

from .identity import here

OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep


def install():
    # 3.11 and later walk exceptions by the last of these.
    for name in ("walk_tb", "walk_stack", "_walk_tb_with_full_positions"):
        if hasattr(traceback, name):
            setattr(traceback, name, _without_own(getattr(traceback, name)))


def _without_own(walk):
    def walk_as_member(start):
        if start is None or here.get() is None:
            # A generator that is asked for the stack counts the frames above it.
            return walk(start)
        entries = list(walk(start))
        return iter([entry for entry in entries if not entry[0].f_code.co_filename.startswith(OWN)] or entries)

    return walk_as_member
