"""Which (host, port) of a caller leads to a member inside the process."""

from ..identity import here

# Beyond these a request takes the callee's own server over its private address: its limits are its own.
MAX_HEAD_BYTES = 4000
MAX_HEADERS = 80
METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))


def is_plain(target):
    """Whether every server reads the target alike; others are for the callee's own server."""
    return target[:1] == "/" and target[:2] != "//" and target.isascii() and target.isprintable() and "#" not in target


def is_short(headers):
    """Whether headers ask nothing of the connection and every server reads them alike."""
    typed = False
    for name, _ in headers:
        lower = name.lower()
        if lower in _NOT_SHORT or (lower == "content-type" and typed):
            return False
        typed = typed or lower == "content-type"
    return True


_NOT_SHORT = frozenset(("upgrade", "expect"))


def install(members, local):
    """Each member knows the callees its plan lists, on their own port and on 80."""
    by_name = {member.name: member for member in members}
    for caller, callee in local:
        target = by_name[callee]
        for port in (80, target.port):
            by_name[caller].routes[(callee.lower(), port)] = target


def callee_of(host, port):
    """The member a call of the current member to host:port reaches inside the process, or None."""
    scope = here.get()
    if scope is None or scope.remote:
        return None
    routes = scope.member.routes
    if not routes:
        return None
    return routes.get((host, port)) or routes.get((host.lower().rstrip("."), port)) if type(host) is str else None
