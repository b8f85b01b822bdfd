"""Memory of two small Flask functions fused, against the same two as processes of their own (as two containers of one base
image, which share its files' pages too).

    python3 -m tests.bench_memory [-v]     (-v tells each process's mappings)"""

import os
import re
import sys
import time

from .harness import FIXTURES, Alone, Fused, free_port, member, request

CALLS = 300
TIERS = ("IN_PROCESS", "FORKED", "CO_PROCESS")


def commands(port):
    return (("a", ["python3", "app.py"]), ("b", ["gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "4", "app:app"]))


def directory(name):
    return os.path.join(FIXTURES, "pair", name)


def tree_of(pid):
    """The process and all below it."""
    found = [pid]
    for parent in found:
        for task in os.listdir(f"/proc/{parent}/task"):
            try:
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:
                    found += map(int, file.read().split())
            except FileNotFoundError:
                # A thread that has ended since.
                continue
    return found


def memory_of(pid):
    """Proportional set size and what of it no other process shares, in KiB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        fields = dict(re.findall(r"^(\w+): +(\d+) kB", file.read(), re.M))
    return int(fields["Pss"]), int(fields["Private_Dirty"]) + int(fields["Private_Clean"])


def total(roots, verbose):
    pss = 0
    for root in roots:
        for pid in tree_of(root):
            size, private = memory_of(pid)
            pss += size
            if verbose:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    name = file.read().replace(b"\0", b" ").decode()[-60:]
                print(f"    {pid:8} {size / 1024:7.1f} MiB, private {private / 1024:7.1f}  {name}")
    return pss / 1024


def alone(verbose, calls=CALLS):
    ports = {"a": free_port(), "b": free_port()}
    argv = {name: next(argv for other, argv in commands(ports["b"]) if other == name) for name in "ab"}
    with Alone(argv["b"], directory("b"), ports["b"]) as b, Alone(
            argv["a"], directory("a"), ports["a"], {"PORT": str(ports["a"]), "CALLEE": f"127.0.0.1:{ports['b']}"}) as a:
        for _ in range(calls):
            assert request(ports["a"], "a", "/")[2] == b"b!"
        return total([a.process.pid, b.process.pid], verbose)


def fused(tier, verbose, calls=CALLS):
    members = [member(name, argv, directory(name)) for name, argv in commands(8080)]
    with Fused(members, [("a", "b")], tier) as pair:
        for _ in range(calls):
            assert pair.request("a", "/")[2] == b"b!", pair.process.output()
        assert pair.request("b", "/")[2] == b"b"
        time.sleep(1)
        return total([pair.process.pid], verbose)


def main(verbose=False, calls=CALLS):
    base = alone(verbose, calls)
    print(f"{'alone':12} {base:7.1f} MiB")
    for tier in TIERS:
        size = fused(tier, verbose, calls)
        print(f"{tier:12} {size:7.1f} MiB  {100 * size / base:5.0f} %", flush=True)


if __name__ == "__main__":
    main("-v" in sys.argv[1:])
