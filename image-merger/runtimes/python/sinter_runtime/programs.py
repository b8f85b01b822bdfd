"""Members that run unmodified: how one is started, as an engine would start its image."""

import os
import signal

from .runs import ProgramRun


def start(member, prepare):
    """One run of the member's own command; prepare() is called in the new process."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            for number in (signal.SIGPIPE, signal.SIGXFSZ):
                # Ignored by Python, and so by what it starts.
                signal.signal(number, signal.SIG_DFL)
            prepare()
            _execute(member)
        except BaseException as error:
            os.write(2, f"SNT0250: {member.argv[0]}: {error} (expected: a program of the member's image). Maybe its PATH "
                        "was not kept.\n".encode())
        finally:
            os._exit(127)
    return ProgramRun(pid, _stop_signal(member))


def _execute(member):
    """In the child: replaces it with the member's command."""
    os.chdir(member.directory if os.path.isdir(member.directory) else "/")
    environment = dict(member.environ)
    program = member.argv[0]
    if "/" in program:
        os.execve(program, member.argv, environment)
    os.execvpe(program, member.argv, environment)


def _stop_signal(member):
    """The number of the image's StopSignal: a name with or without SIG, or a number."""
    text = member.plan.stop_signal.upper()
    if text.isdigit():
        return int(text)
    return getattr(signal, text if text.startswith("SIG") else "SIG" + text, signal.SIGTERM)
