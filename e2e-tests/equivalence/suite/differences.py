"""What differs between two observations, and which of it is on the published list."""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass

PUBLISHED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "differences.json")
HOPS = {"connection", "keep-alive", "transfer-encoding"}
MADE_PER_ANSWER = re.compile(rb"^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$")


@dataclass(frozen=True)
class Difference:
    """kind: what of an observation differs; name: which header or field. Values are text."""

    kind: str
    name: str
    original: str
    fused: str

    def __str__(self):
        return f"{self.kind} {self.name}: {self.original[:300]!r} alone, {self.fused[:300]!r} fused"


class Published:
    """The list in differences.json. Each entry: id, why, and patterns a difference has to match whole."""

    def __init__(self, path=PUBLISHED):
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)["differences"]
        self.needed = Counter({entry["id"]: 0 for entry in entries})
        self._entries = [
            (entry["id"], {key: re.compile(entry[key], re.DOTALL) for key in ("fixture", "case", "kind", "name", "original", "fused")
                           if key in entry}) for entry in entries]

    def without(self, fixture, case, differences):
        """The differences that no entry allows."""
        return [difference for difference in differences if not self._allowed(fixture, case, difference)]

    def _allowed(self, fixture, case, difference):
        for identifier, patterns in self._entries:
            values = {"fixture": fixture, "case": case, "kind": difference.kind, "name": difference.name, "original": difference.original,
                      "fused": difference.fused}
            if all(pattern.fullmatch(values[key]) for key, pattern in patterns.items()):
                self.needed[identifier] += 1
                return True
        return False


def between(alone, fused, volatile=None):
    """All differences of two observations of one case; volatile matches what an application makes anew each time."""
    found = []

    def compare(kind, name, one, other):
        if one != other:
            found.append(Difference(kind, name, text(one), text(other)))

    if any(answer.status == "421" and b"SNT0241" in answer.body for answer in fused.answers):
        return [Difference("unroutable", "", text(alone.raw), text(fused.raw))]
    statuses, others = [answer.status for answer in alone.answers], [answer.status for answer in fused.answers]
    if statuses and others and len(statuses) != len(others) and _closed_early(alone if len(statuses) < len(others) else fused):
        shorter = alone if len(statuses) < len(others) else fused
        found.append(Difference("closed-early", "alone" if shorter is alone else "fused", text(statuses), text(others)))
        common = len(shorter.answers)
        compare("answers", "", statuses[:common], others[:common])
        compare("stray", "", shorter.stray, b"")
        return _rest(alone, fused, found, compare, volatile)
    if statuses == others and fused.stray and not alone.stray and _closed_early(alone):
        found.append(Difference("closed-early", "alone", "", text(fused.stray)))
        return _rest(alone, fused, found, compare, volatile)
    compare("answers", "", statuses, others)
    compare("stray", "", _steady(alone.stray, volatile), _steady(fused.stray, volatile))
    return _rest(alone, fused, found, compare, volatile)


def _rest(alone, fused, found, compare, volatile):
    compare("interim", "", alone.interim, fused.interim)
    compare("journal", "", alone.journal, fused.journal)
    for one, other in zip(alone.answers, fused.answers):
        _answer(one, other, compare, volatile)
    return found


def _closed_early(seen):
    """Whether the connection ended between answers, so that the rest was for another connection."""
    return seen.answers[-1].complete and (seen.end == "closed" or seen.answers[-1].is_last())


def _answer(one, other, compare, volatile):
    compare("version", "", one.version, other.version)
    compare("status", "", one.status, other.status)
    compare("reason", "", one.reason, other.reason)
    compare("framing", "", one.framing, other.framing)
    compare("complete", "", one.complete, other.complete)
    ours, theirs = _by_name(one, volatile), _by_name(other, volatile)
    for name in sorted(set(ours) | set(theirs)):
        compare("header", name, ours.get(name), theirs.get(name))
    common = set(ours) & set(theirs) - HOPS
    names = [name for name, _ in one.headers if name.lower() in common]
    others = [name for name, _ in other.headers if name.lower() in common]
    compare("header-name", "", sorted(names), sorted(others))
    if sorted(names) == sorted(others):
        compare("header-order", "", names, others)
    _body(_steady(one.body, volatile), _steady(other.body, volatile), compare)


def _steady(body, volatile):
    return re.sub(volatile.encode(), b"", body) if volatile else body


def _body(one, other, compare):
    if one == other:
        return
    try:
        fields(json.loads(one), json.loads(other), "", compare)
    except ValueError:
        ours, theirs = _lines_without(one, other), _lines_without(other, one)
        compare("body", "", *((ours, theirs) if ours != theirs else (one, other)))


def _lines_without(body, other):
    known = set(other.splitlines(True))
    return b"".join(line for line in body.splitlines(True) if line not in known)


def _by_name(answer, volatile):
    table = {}
    for name, value in answer.headers:
        lower = name.lower()
        value = re.sub(volatile, "", value) if volatile else value
        if lower == "date" and MADE_PER_ANSWER.match(value.encode("latin-1")):
            value = "(a date)"
        if lower == "content-length" and answer.framing == "length" and value == str(len(answer.body)):
            value = "(its length)"
        table.setdefault(lower, []).append(value)
    return table


def fields(one, other, path, compare):
    """Differences of two JSON documents, field by field."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            fields(one.get(key), other.get(key), f"{path}.{key}" if path else str(key), compare)
    elif one != other:
        compare("field", path, one, other)


def text(value):
    if value is None:
        return "-"
    if isinstance(value, bytes):
        return f"{len(value)} bytes {value.decode('latin-1')}"
    return value if isinstance(value, str) else json.dumps(value)
