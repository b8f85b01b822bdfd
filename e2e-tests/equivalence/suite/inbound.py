"""Raw sockets: every case to the function alone and to the fused workload."""

import json
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from . import differences, wire
from .apps import offer_of
from .cases import Generator

AT_ONCE = 12
REPEATS = 2
JOURNAL_SECONDS = 6
SHRINK_SECONDS = 15


class Inbound:
    """alone: address of each fixture; fused: the workload's. Cases that differ are repeated, so that races are no findings."""

    # Cases between two looks at the clock.
    BATCH = 20

    def __init__(self, seed, fixtures, alone, fused, published):
        self._fixtures = fixtures
        self._generators = {name: Generator(seed, name, offer_of(fixture)) for name, fixture in fixtures.items()
                            if "offer" in fixture}
        self._alone = alone
        self._fused = fused
        self._published = published
        self.cases = self.requests = 0
        self.unsteady = []

    def names(self):
        return list(self._generators)

    def run(self, name, numbers):
        """Findings of these cases of one fixture."""
        at_once = 1 if self._fixtures[name].get("serial") else AT_ONCE
        cases = [case for case in map(self._generators[name].case, numbers) if not case.journal or self._fixtures[name]["offer"] == "kitchen"]
        self.cases += len(cases)
        self.requests += sum(len(case.requests) for case in cases)
        with ThreadPoolExecutor(at_once) as pool:
            suspects = [case for case, differs in zip(cases, pool.map(self._differs, cases)) if differs]
        return [finding for finding in map(self._confirmed, suspects) if finding is not None]

    def _pair(self, case, attempt=0):
        if case.journal:
            journal = f"{case.journal}-{attempt}-{time.monotonic_ns()}"
            case = replace(case, requests=tuple(replace(request, target=request.target.replace(case.journal, journal))
                                                for request in case.requests), journal=journal)
        alone = self._observe(case, self._alone[case.fixture], "")
        fused = self._observe(case, self._fused, case.fixture if case.by_function else "")
        return alone, fused

    def _observe(self, case, address, function):
        seen = wire.carry_out(case, address, function)
        if case.journal:
            seen.journal = self._journal(case, address)
        return seen

    def _journal(self, case, address):
        deadline = time.monotonic() + JOURNAL_SECONDS
        while True:
            body = wire.get(address, case.fixture, "/journal?id=" + urllib.parse.quote(case.journal))
            if body not in (b"[]", b"") or time.monotonic() > deadline:
                return body.decode("latin-1")
            time.sleep(0.1)

    def _left(self, case, alone, fused):
        return self._published.without(case.fixture, case.kind, differences.between(alone, fused, self._fixtures[case.fixture].get("volatile")))

    def _differs(self, case):
        return bool(self._left(case, *self._pair(case)))

    def _confirmed(self, case):
        """A finding, when no answer of the function alone is like any answer of the fused one."""
        pairs = [self._pair(case, attempt + 1) for attempt in range(REPEATS)]
        crossed = [self._left(case, alone, fused) for alone, _ in pairs for _, fused in pairs]
        if not all(crossed):
            self.unsteady.append(case.name())
            return None
        return Finding(case, *pairs[0], crossed[0])

    def shrunk(self, finding):
        """The finding of the smallest case found in bounded time that still shows one of the differences."""
        kinds = _kinds(finding.differences)
        deadline = time.monotonic() + SHRINK_SECONDS
        while True:
            for smaller in simpler(finding.case):
                if time.monotonic() > deadline:
                    return finding
                alone, fused = self._pair(smaller)
                left = self._left(smaller, alone, fused)
                if kinds & _kinds(left):
                    finding = Finding(smaller, alone, fused, left)
                    break
            else:
                return finding


class Finding:
    def __init__(self, case, alone, fused, left):
        self.case = case
        self.alone = alone
        self.fused = fused
        self.differences = left

    def signature(self):
        return tuple(sorted(_kinds(self.differences)))

    def __str__(self):
        requests = "\n".join(repr(request.head() + request.raw_body())[:2000] for request in self.case.requests)
        return (f"{self.case.name()}, pipelined {self.case.pipelined}, ending {self.case.ending}\n"
                + "\n".join(f"  {difference}" for difference in self.differences)
                + f"\nsent:\n{requests}\nalone ({self.alone.end}): {self.alone.raw[:1500]!r}\nfused ({self.fused.end}): {self.fused.raw[:1500]!r}\n")


def _kinds(found):
    return {(difference.kind, difference.name) for difference in found}


def simpler(case):
    """Cases with a part less."""
    if len(case.requests) > 1:
        for number in range(len(case.requests)):
            yield replace(case, requests=case.requests[:number] + case.requests[number + 1:])
    if case.segments:
        yield replace(case, segments=())
    for number, request in enumerate(case.requests):
        for smaller in _simpler(request):
            yield replace(case, requests=case.requests[:number] + (smaller,) + case.requests[number + 1:])


def _simpler(request):
    for number in range(len(request.headers)):
        yield replace(request, headers=request.headers[:number] + request.headers[number + 1:])
    for number in range(len(request.mutations)):
        yield replace(request, mutations=request.mutations[:number] + request.mutations[number + 1:])
    if request.body:
        yield replace(request, body=b"")
        yield replace(request, body=request.body[:len(request.body) // 2])
    for name in ("cuts", "trailers"):
        if getattr(request, name):
            yield replace(request, **{name: ()})
    if request.noise:
        yield replace(request, noise="")
    if "?" in request.target:
        yield replace(request, target=request.target.partition("?")[0])
    if request.target.count("/") > 1:
        yield replace(request, target=request.target.rpartition("/")[0])
    if request.method not in ("GET", "POST"):
        yield replace(request, method="GET")
