"""What the kernel sees to for each member's process."""

import resource
import signal


def die_with_parent():
    """PR_SET_PDEATHSIG, where ctypes is there."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (ImportError, OSError, AttributeError):
        pass


def limit(settings):
    """rlimits of one member's process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    mebibytes = settings.get("SINTER_MEMBER_MEMORY_MIB")
    if mebibytes:
        size = int(mebibytes) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    files = settings.get("SINTER_MEMBER_FILES")
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
