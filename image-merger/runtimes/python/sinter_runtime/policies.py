"""Gives each member of a process an asyncio event loop policy of its own: what one sets (uvloop's) is not the others'."""

from . import hooks
from .identity import current_member


def install():
    hooks.after_import("asyncio", _asyncio)


class _CurrentPolicy:
    """The process's policy, as C code finds it: whatever is asked of it, the current member's answers."""

    def __init__(self, policy_of_current):
        self._policy_of_current = policy_of_current

    def __getattr__(self, name):
        return getattr(self._policy_of_current(), name)


def _asyncio(asyncio):
    events = asyncio.events
    # From 3.14 the names are private, and the public ones warn and call them.
    prefix = "_" if hasattr(events, "_set_event_loop_policy") else ""
    shared = getattr(events, prefix + "get_event_loop_policy")()
    set_shared = getattr(events, prefix + "set_event_loop_policy")
    kind = getattr(events, prefix + "AbstractEventLoopPolicy")

    def get_event_loop_policy():
        member = current_member()
        return (member.event_loop_policy if member is not None else None) or shared

    def set_event_loop_policy(policy):
        member = current_member()
        if member is not None and (policy is None or isinstance(policy, kind)):
            member.event_loop_policy = policy
        else:
            set_shared(policy)

    events._event_loop_policy = _CurrentPolicy(get_event_loop_policy)
    for module in (events, asyncio):
        for name, function in (("get_event_loop_policy", get_event_loop_policy), ("set_event_loop_policy", set_event_loop_policy)):
            if hasattr(module, prefix + name):
                setattr(module, prefix + name, function)
