"""Errors the runtime reports, and outcomes of a local call that are not responses."""


class RuntimeFailure(Exception):
    """A coded failure that ends the start of the fused workload."""

    def __init__(self, code, found, expected, hint):
        super().__init__(f"{code}: {found} (expected: {expected}). {hint}")


class LocalTimeout(Exception):
    """The client's deadline passed before the callee answered."""


class ConnectionLost(Exception):
    """The callee ended the exchange without a complete response, as a closed connection would."""


class PeerLost(ConnectionLost):
    """The callee's process was lost with the call."""


class Abandoned(ConnectionLost):
    """Nobody waits for the answer any more."""


class Spill(Exception):
    """This call must leave the process, for one of the causes that are counted; nothing of it was served."""

    def __init__(self, cause):
        super().__init__(cause)
        self.cause = cause


class BodyCut(ConnectionLost):
    """The client left before its request's declared length had come."""
