"""The fixtures as processes of this machine: each alone on an address of its own, and all fused by the runtime of this checkout."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURES = os.path.join(HERE, "fixtures")
LAUNCH = os.path.join(HERE, "..", "..", "image-merger", "runtimes", "python", "launch.py")
START_SECONDS = 90


def command(fixture, host):
    argv = [argument.replace("HOST", host) for argument in fixture["argv"]]
    program = sys.executable if argv[0] == "python3" else os.path.join(os.path.dirname(sys.executable), argv[0])
    return [program] + argv[1:] if argv[0] == "python3" else [sys.executable, program] + argv[1:]


def environment(host):
    return {"PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin", "HOME": f"/tmp/{host}", "HOST": host, "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}


@contextmanager
def running(fixtures, tier, logs=None):
    """({name: address alone}, address of all fused); everything ends with the context."""
    logs = logs or tempfile.mkdtemp(prefix="equivalence-")
    alone, members, local = {}, [], []
    with ExitStack() as stack:
        for number, (name, fixture) in enumerate(fixtures.items()):
            # The whole of 127/8 is this machine: each function has port 8080 on an address of its own, and so has each run.
            host = f"127.{1 + os.getpid() // 256 % 250}.{os.getpid() % 256}.{number + 1}"
            addresses = {}
            if fixture.get("calls"):
                addresses["ADDRESSES"] = json.dumps({callee: address for callee, (address, _) in alone.items()})
                local += [[name, callee] for callee in alone]
            stack.enter_context(_process(command(fixture, host), dict(environment(host), **addresses), os.path.join(logs, name)))
            alone[name] = (host, 8080)
            members.append({
                "name": name, "runtime": "python3", "python": sys.executable, "argv": command(fixture, host)[0 if fixture["argv"][0] == "python3" else 1:],
                "workingDir": FIXTURES, "env": environment(host), "user": "", "port": 8080, "imageDigest": "", "contract": "", "relocated": [],
                "privatePackages": []})
        # Below the ports that the kernel hands to outgoing connections, and others for each run.
        port = 20000 + os.getpid() % 6000 * 2
        admin = port + 1
        plan = os.path.join(logs, "plan.json")
        with open(plan, "w", encoding="utf-8") as file:
            json.dump({"apiVersion": "sinter.dev/fused/v1", "group": "g1", "tier": tier, "members": members, "local": local}, file)
        settings = {"PATH": os.environ["PATH"], "HOME": "/tmp", "PYTHONHASHSEED": "0", "SINTER_PLAN": plan, "PORT": str(port), "SINTER_ADMIN_PORT": str(admin)}
        fused = stack.enter_context(_process([sys.executable, LAUNCH], settings, os.path.join(logs, "fused")))
        _until(lambda: fused.poll() is not None or _ready(admin), f"the fused workload is ready (see {logs})")
        if fused.poll() is not None:
            raise AssertionError(f"the fused workload ended (see {logs})")
        for name, address in alone.items():
            _until(lambda: _accepts(address), f"{name} is ready (see {logs})")
        yield alone, ("127.0.0.1", port)
        if fused.poll() is not None:
            raise AssertionError(f"the fused workload ended with {fused.returncode} (see {logs})")


@contextmanager
def _process(argv, env, log):
    with open(log, "wb") as output:
        child = subprocess.Popen(argv, env=env, cwd=FIXTURES, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        yield child
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()


def _ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _accepts(address):
    try:
        socket.create_connection(address, 1).close()
        return True
    except OSError:
        return False


def _until(condition, what):
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {START_SECONDS} s: {what}")
        time.sleep(0.1)
