"""python3 -m suite inbound|calls [--fixture NAME] [--count N] [--seed N] [--first N] [--tier TIER]; as processes of this machine."""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from . import processes
from .calls import CALLER, Calls
from .differences import Published
from .inbound import Inbound

SHOWN_PER_SIGNATURE = 1
AT_ONCE = 12


def targets(arguments, fixtures):
    """A context that gives (addresses alone, address fused)."""
    if not arguments.targets:
        return processes.running(fixtures, arguments.tier, logs=arguments.logs)
    with open(arguments.targets, encoding="utf-8") as file:
        document = json.load(file)
    return nullcontext(({name: tuple(address) for name, address in document["alone"].items()}, tuple(document["fused"])))


def report(part, name, numbers, deadline):
    """Runs one fixture's cases, or as many as there is time for, and prints what differs, one example of each sort at its smallest."""
    began = time.monotonic()
    findings, done = [], 0
    while done < len(numbers) and time.monotonic() < deadline:
        findings += part.run(name, numbers[done:done + part.BATCH])
        done = min(len(numbers), done + part.BATCH)
    shown = Counter()
    lines = []
    for finding in findings:
        signature = finding.signature()
        shown[signature] += 1
        if shown[signature] <= SHOWN_PER_SIGNATURE:
            lines.append(str(part.shrunk(finding)))
    lines.append(f"{name}: {done} of {len(numbers)} cases, {len(findings)} differ, {time.monotonic() - began:.0f} s")
    lines += [f"  {times} x {signature}" for signature, times in shown.most_common()]
    print("\n".join(lines), flush=True)
    return findings


def main():
    parser = argparse.ArgumentParser(prog="suite", description=__doc__)
    parser.add_argument("part", choices=("inbound", "calls"))
    parser.add_argument("--fixture", action="append")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=86400, help="ends after about that time, with what was done by then")
    parser.add_argument("--short", action="store_true", help="the fixtures marked short in fixtures.json alone")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--tier", default="IN_PROCESS")
    parser.add_argument("--logs", help="directory for what the processes print")
    parser.add_argument("--targets", help="JSON file with the addresses of what runs already: {alone: {name: [host, port]}, fused: [host, port]}")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with open(os.path.join(processes.HERE, "fixtures.json"), encoding="utf-8") as file:
        fixtures = json.load(file)
    if arguments.fixture:
        fixtures = {name: fixtures[name] for name in arguments.fixture + ([CALLER] if arguments.part == "calls" else [])}
    if arguments.short:
        fixtures = {name: fixture for name, fixture in fixtures.items() if fixture.get("short")}
    published = Published()
    with targets(arguments, fixtures) as (alone, fused):
        part = {"inbound": Inbound, "calls": Calls}[arguments.part](arguments.seed, fixtures, alone, fused, published)
        numbers = range(arguments.first, arguments.first + arguments.count)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            deadline = time.monotonic() + arguments.seconds
            findings = list(pool.map(lambda name: report(part, name, numbers, deadline), part.names()))
    print(f"{part.cases} cases, {part.requests} requests, unsteady: {part.unsteady}")
    print(f"published: {dict(published.needed)}")
    return 1 if any(findings) else 0


if __name__ == "__main__":
    sys.exit(main())
