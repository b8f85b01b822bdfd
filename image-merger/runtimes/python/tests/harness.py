"""Starts members as the fused runtime does, and alone as their own images would, on this machine."""

import glob
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "fixtures")
LAUNCH = os.path.join(os.path.dirname(HERE), "launch.py")
START_SECONDS = 60


# Below the ports that the kernel hands to outgoing connections: one of those can be taken again at any moment.
_PORTS = range(20000, 32000)
_claims = []
_next = random.SystemRandom().randrange(len(_PORTS))


def free_port():
    """A port nobody listens on, which no other process of these tests is given while this one lives."""
    global _next
    for _ in _PORTS:
        port = _PORTS[_next % len(_PORTS)]
        _next += 1
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0sinter-test-port-{port}")
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("0.0.0.0", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise AssertionError(f"no port of {_PORTS} is free")


def member(name, argv, directory, port=8080, env=None, **more):
    """A member of plan.json whose files lie in directory, and were in /srv/<name> in its image."""
    path = os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"])
    variables = {"PATH": path, "PYTHONUNBUFFERED": "1"}
    variables.update(env or {})
    document = {
        "name": name, "runtime": "python3", "python": sys.executable, "argv": argv, "workingDir": f"/srv/{name}",
        "env": variables, "user": "", "port": port, "imageDigest": "", "contract": "",
        "relocated": [{"from": f"/srv/{name}", "to": directory}], "privatePackages": []}
    document.update(more)
    return document


class Process:
    """A child of the test: its output goes to a file, and it is gone when the test is."""

    def __init__(self, argv, env, directory, log):
        self.log = log
        with open(log, "wb") as output:
            self._child = subprocess.Popen(argv, env=env, cwd=directory, stdout=output, stderr=subprocess.STDOUT,
                                           start_new_session=True)
        self.pid = self._child.pid

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def running(self):
        return self._child.poll() is None

    def wait(self, seconds=30):
        return self._child.wait(seconds)

    def terminate(self):
        self._child.send_signal(signal.SIGTERM)

    def kill(self):
        # Once it was waited for, its number may be somebody else's.
        if self._child.poll() is None:
            # With it as with a container's first process: whatever it has started is gone.
            others = family(self.pid)[1:]
            os.killpg(self.pid, signal.SIGKILL)
            for pid in others:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._child.wait()


def family(pid):
    """The process and its descendants."""
    pids = [pid]
    for table in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(table, encoding="ascii") as file:
                children = file.read().split()
        except OSError:
            continue
        for child in children:
            pids += family(int(child))
    return pids


class Fused:
    """The fused runtime with these members; use as a context manager."""

    def __init__(self, members, local, tier="IN_PROCESS", group="g1", env=None, wait=True, plan=None):
        self.directory = tempfile.mkdtemp(prefix="sinter-test-")
        self.port = free_port()
        self.admin = free_port()
        self._plan = os.path.join(self.directory, "plan.json")
        self._wait = wait
        with open(self._plan, "w", encoding="utf-8") as file:
            json.dump({"apiVersion": "sinter.dev/fused/v1", "group": group, "tier": tier, "members": members,
                       "local": [list(pair) for pair in local], **(plan or {})}, file)
        self._env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "SINTER_PLAN": self._plan,
                     "PORT": str(self.port), "SINTER_ADMIN_PORT": str(self.admin)}
        self._env.update(env or {})
        self.process = None

    def __enter__(self):
        self.process = Process([sys.executable, LAUNCH], self._env, self.directory, os.path.join(self.directory, "log"))
        if self._wait:
            try:
                until(lambda: get(self.admin, "/ready")[0] == 200 or not self.process.running(), "the runtime is ready")
                if not self.process.running():
                    raise AssertionError(self.process.output())
            except BaseException:
                print(self.process.output(), file=sys.stderr)
                self.__exit__()
                raise
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def request(self, host, target, method="GET", body=None, headers=None, seconds=120):
        return request(self.port, host, target, method, body, headers, seconds)


class Alone:
    """One function's own command on a port of its own, as its image runs it."""

    def __init__(self, argv, directory, port, env=None):
        self.port = port
        self._log = tempfile.mkstemp(prefix="sinter-alone-")[1]
        program = argv[0]
        if program.startswith("python"):
            argv = [sys.executable] + argv[1:]
        else:
            argv = [sys.executable, os.path.join(os.path.dirname(sys.executable), program)] + argv[1:]
        variables = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
        variables.update(env or {})
        self._start = (argv, variables, directory, self._log)
        self.process = None

    def __enter__(self):
        self.process = Process(*self._start)
        until(lambda: _accepts(self.port) or not self.process.running(), "the function alone is ready")
        if not self.process.running():
            raise AssertionError(self.process.output())
        return self

    def __exit__(self, *_):
        self.process.kill()
        os.unlink(self._log)


def request(port, host, target, method="GET", body=None, headers=None, seconds=120):
    """(status, headers, body) over a new connection."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        all_headers = {"Host": host}
        all_headers.update(headers or {})
        connection.request(method, target, body, all_headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def get(port, target):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{target}", timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def _accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def until(condition, what, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}")
        time.sleep(0.05)
