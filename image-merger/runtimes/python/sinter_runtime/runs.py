"""One run of a member, or of the front, as its supervisor has it in hand."""

import os
import signal
import time


class CapturedRun:
    """A process with a control line, and a process group of its own; or the front in threads of the supervisor's process."""

    def __init__(self, pid, line):
        self.pid = pid
        self.line = line
        self.started = time.monotonic()
        # Since when it has been silent; None until it is ready.
        self.last_beat = None

    def tell(self, **message):
        self.line.send(**message)

    def stop(self):
        self.tell(kind="stop")

    @property
    def here(self):
        return self.pid == os.getpid()

    def kill(self):
        """It, and all it has started that stayed in its group."""
        if not self.here:
            _kill(os.kill, self.pid, signal.SIGKILL)
            kill_group(self.pid)


class ProgramRun:
    """A program of any language, in a process group of its own, without a hook inside it."""

    line = None
    last_beat = None
    here = False

    def __init__(self, pid, stop_signal):
        self.pid = pid
        self.started = time.monotonic()
        self._stop_signal = stop_signal
        self._told = False

    def tell(self, **message):
        """There is nobody to hear it."""

    def stop(self):
        """As an engine would: the signal goes to the program itself, and once, as many take a second one for impatience."""
        if not self._told:
            self._told = True
            _kill(os.kill, self.pid, self._stop_signal)

    def kill(self):
        _kill(os.kill, self.pid, signal.SIGKILL)
        kill_group(self.pid)


def kill_group(pid):
    """Whoever is left of a process's group."""
    _kill(os.killpg, pid, signal.SIGKILL)


def _kill(how, pid, number):
    try:
        how(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
