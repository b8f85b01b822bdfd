"""Starts every command of CASES, one at a time for each port, and prints a line for each that does not listen there."""

import concurrent.futures
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

SECONDS = 90


def listens(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as client:
            client.settimeout(1)
            if client.connect_ex((address, port)) == 0:
                return True
    return False


def check(case):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            case["argv"], cwd=case["directory"], env={**os.environ, **case["environment"]},
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end and process.poll() is None:
                if listens(case["port"]):
                    return None
                time.sleep(0.1)
            log.seek(0)
            said = log.read().decode(errors="replace")[-1000:]
            return f"{case['name']}: {case['argv']} does not listen on {case['port']} (exit {process.poll()}): {said}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def check_all(cases):
    return [check(case) for case in cases]


by_port = {}
for one in json.loads(os.environ["CASES"]):
    by_port.setdefault(one["port"], []).append(one)
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    for results in pool.map(check_all, by_port.values()):
        for result in results:
            if result is not None:
                print(result, flush=True)
print("all tried", flush=True)
