"""Which (host, port) of a caller leads to a member inside the process."""

from ..identity import here

# Beyond these a request takes the callee's own server over its private port: its limits are its own.
MAX_HEAD_BYTES = 4000
MAX_HEADERS = 80
METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))


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
