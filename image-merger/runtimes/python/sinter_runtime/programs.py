"""Members that run unmodified: a program of any language in a process group of its own, without a hook inside it."""

import os
import signal
import socket
import sys

_LISTEN = "0A"


class Program:
    """One run of a member's own command."""

    def __init__(self, member, prepare):
        """prepare() is called in the new process."""
        self._told = False
        self.pid = os.fork()
        if self.pid == 0:
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

    def end(self, number):
        """As an engine would: the signal goes to the program itself, and once, as many take a second one for impatience."""
        if not self._told:
            self._told = True
            _kill(os.kill, self.pid, number)

    def kill(self):
        """The program and all it has started that stayed in its group."""
        _kill(os.killpg, self.pid, signal.SIGKILL)


def _execute(member):
    """In the child: replaces it with the member's command, as an engine would have started it."""
    os.chdir(member.directory if os.path.isdir(member.directory) else "/")
    environment = dict(member.environ)
    program = member.argv[0]
    if "/" in program:
        os.execve(program, member.argv, environment)
    os.execvpe(program, member.argv, environment)


def _kill(how, pid, number):
    try:
        how(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def stop_signal(member):
    """The number of the image's StopSignal: a name with or without SIG, or a number."""
    text = member.plan.stop_signal.upper()
    if text.isdigit():
        return int(text)
    return getattr(signal, text if text.startswith("SIG") else "SIG" + text, signal.SIGTERM)


def address_of(port):
    """(family, host, port) at which somebody in this network namespace listens, None if nobody does.

    Read from the kernel's table: a connection would be a request to programs that serve one connection at a time.
    """
    found = _listening(port)
    if found is None:
        return _answers(port)
    hosts = sorted(found, key=lambda host: (":" in host, host))
    for host in hosts:
        if host in ("0.0.0.0", "::", "127.0.0.1"):
            return socket.AF_INET, "127.0.0.1", port
    return (socket.AF_INET6 if ":" in hosts[0] else socket.AF_INET, hosts[0], port) if hosts else None


def holds_everywhere(port):
    """Whether somebody listens on the port of every address, so that nobody else can on one of them."""
    return bool({"0.0.0.0", "::"} & set(_listening(port) or ()))


def _listening(port):
    """Addresses in LISTEN state on the port; None where the kernel does not tell."""
    found, told = [], False
    for table, family in (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6)):
        try:
            with open(table, encoding="ascii") as file:
                lines = file.readlines()[1:]
        except OSError:
            continue
        told = True
        for line in lines:
            fields = line.split()
            address, _, number = fields[1].rpartition(":")
            if fields[3] == _LISTEN and int(number, 16) == port:
                # Words in the machine's byte order.
                words = [int(address[at:at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(address), 8)]
                found.append(socket.inet_ntop(family, b"".join(words)).replace("::ffff:", ""))
    return found if told else None


def _answers(port):
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return family, host, port
    return None
