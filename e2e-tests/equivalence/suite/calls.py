"""Member to member: a caller makes generated calls with each client library, alone over the network and fused within the process, and
tells what the library showed it."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

from . import differences, wire
from .apps import offer_of
from .cases import NAMES, VALUES
from .inbound import AT_ONCE, REPEATS, SHRINK_SECONDS

LIBRARIES = ("http.client", "urllib", "urllib3", "requests", "httpx", "httpx.async", "aiohttp")
CALLER = "caller"
# Without those that change what the connection does.
HOP_NAMES = ("Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Proxy-Authorization")
PLAIN_VALUES = tuple(value for value in VALUES if value.isascii() and value == value.strip())
# Answers that are no HTTP: a client library may make anything of them.
NO_HTTP = ("/bad_header", "/folded", "/bad_status", "/te_header")
# Answers that hold, in a form nobody can compare, what a mesh adds or what is made anew.
OPAQUE = ("/gzip", "/deflate", "/brotli", "/cache", "/dump", "/stream/")
READING = ("/echo", "/anything", "/post", "/put", "/patch", "/delete")
SECONDS = 60


class Order:
    """Calls of one session of one library to one callee."""

    def __init__(self, fixture, number, library, calls):
        self.fixture = fixture
        self.number = number
        self.library = library
        self.calls = calls
        self.kind = library

    def name(self):
        return f"{CALLER} -> {self.fixture} by {self.library} #{self.number}"


class Calls:
    # Numbers between two looks at the clock; each is an order for every library.
    BATCH = 2

    def __init__(self, seed, fixtures, alone, fused, published):
        self._seed = seed
        self._fixtures = fixtures
        self._offers = {name: offer_of(fixture) for name, fixture in fixtures.items() if name != CALLER}
        self._alone = alone[CALLER]
        self._fused = fused
        self._published = published
        self.cases = self.requests = 0
        self.unsteady = []

    def names(self):
        """The callees; what a client library shows of volatile answers cannot be compared."""
        return [name for name, fixture in self._fixtures.items() if name != CALLER and "volatile" not in fixture]

    def run(self, name, numbers):
        orders = [self.order(name, library, number) for library in LIBRARIES for number in numbers]
        self.cases += len(orders)
        self.requests += sum(len(order.calls) for order in orders)
        at_once = 1 if self._fixtures[name].get("serial") else AT_ONCE
        with ThreadPoolExecutor(at_once) as pool:
            suspects = [order for order, left in zip(orders, pool.map(lambda order: self._left(order, *self._pair(order)), orders)) if left]
        return [finding for finding in map(self._confirmed, suspects) if finding is not None]

    def order(self, fixture, library, number):
        choice = random.Random(f"{self._seed}/{fixture}/{library}/{number}")
        calls = [self._call(choice, fixture) for _ in range(choice.choice((1, 1, 1, 2, 3)))]
        # After HEAD some servers send a body, which ruins the connection for what comes next.
        heads = [place for place, call in enumerate(calls) if call["method"] == "HEAD"]
        return Order(fixture, number, library, calls[:heads[0] + 1] if heads else calls)

    def _call(self, choice, fixture):
        method, target, headers = self._offers[fixture](choice)
        method = method or choice.choice(("GET",) * 5 + ("POST",) * 4 + ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
        if choice.random() < 0.05:
            target = "/sleep?0.5" if self._fixtures[fixture]["offer"] == "kitchen" else target
        if target.startswith(NO_HTTP + OPAQUE):
            target = "/echo"
        pairs = [[name, value] for name, value in headers]
        for _ in range(choice.choice((0, 0, 1, 2, 4))):
            name = choice.choice(NAMES)
            name = choice.choice((name, name.lower(), name.upper()))
            if choice.random() < 0.05:
                name = choice.choice(HOP_NAMES)
            pairs += [[name, choice.choice(PLAIN_VALUES)]] * choice.choice((1, 1, 1, 2))
        body = None
        if method not in ("GET", "HEAD", "OPTIONS") or choice.random() < 0.03:
            size = choice.choice((0, 1, 10, 1000, 5000, 70_000 if choice.random() < 0.3 else 100))
            body = choice.choice(("x" * size, '{"a": [1, null]}', "a=1&b=%20", choice.randbytes(size).decode("latin-1")))
        if "werkzeug" in fixture and not target.startswith(READING):
            # werkzeug may wait for ever for a body that comes after its answer.
            body = None
        serves_chunks = not fixture.startswith(("k-http", "k-wsgiref", "demo", "files"))
        return {"method": method, "url": f"http://{fixture}:8080{target or '/'}", "headers": pairs, "body": body,
                "chunked": body is not None and serves_chunks and choice.random() < 0.25,
                "timeout": 0.2 if "/sleep" in target and choice.random() < 0.7 else 5, "redirects": choice.random() < 0.5,
                "read": "all" if any(name in HOP_NAMES for name, _ in pairs) else choice.choice(("all", "all", "all", "pieces", "some")), "auth": choice.random() < 0.1, "retries": choice.random() < 0.1}

    def _pair(self, order):
        document = json.dumps({"library": order.library, "calls": order.calls}).encode()
        return tuple(self._made(address, document) for address in (self._alone, self._fused))

    def _made(self, address, document):
        body = wire.post(address, CALLER, "/do", document, SECONDS)
        try:
            return {f"call {number}": result for number, result in enumerate(json.loads(body))}
        except ValueError:
            return {"caller failed": body.decode("latin-1")}

    def _left(self, order, alone, fused):
        found = []

        def compare(kind, name, one, other):
            if one != other:
                found.append(differences.Difference(kind, name, differences.text(one), differences.text(other)))

        for call in sorted(set(alone) | set(fused)):
            one, other = alone.get(call), fused.get(call)
            if isinstance(one, dict) and isinstance(other, dict) and "raised" in one and "raised" not in other:
                # One difference, not one for each field of the answer.
                compare("failed alone", call, f"{one['raised']} {' '.join(one['because'])} {one['text']}", str(other.get("status")))
            else:
                differences.fields({call: one}, {call: other}, "", compare)
        return self._published.without(order.fixture, order.kind, found)

    def _confirmed(self, order):
        pairs = [self._pair(order) for _ in range(REPEATS)]
        crossed = [self._left(order, alone, fused) for alone, _ in pairs for _, fused in pairs]
        if not all(crossed):
            self.unsteady.append(order.name())
            return None
        return CallFinding(order, *pairs[0], crossed[0])

    def shrunk(self, finding):
        """The finding with as few calls and headers as still show one of the differences."""
        kinds = finding.signature()
        deadline = time.monotonic() + SHRINK_SECONDS
        while True:
            for smaller in _simpler(finding.case):
                if time.monotonic() > deadline:
                    return finding
                alone, fused = self._pair(smaller)
                candidate = CallFinding(smaller, alone, fused, self._left(smaller, alone, fused))
                if set(kinds) & set(candidate.signature()):
                    finding = candidate
                    break
            else:
                return finding


def _simpler(order):
    def with_calls(calls):
        return Order(order.fixture, order.number, order.library, calls)

    if len(order.calls) > 1:
        for number in range(len(order.calls)):
            yield with_calls(order.calls[:number] + order.calls[number + 1:])
    for number, call in enumerate(order.calls):
        for position in range(len(call["headers"])):
            headers = call["headers"][:position] + call["headers"][position + 1:]
            yield with_calls(order.calls[:number] + [dict(call, headers=headers)] + order.calls[number + 1:])


class CallFinding:
    def __init__(self, case, alone, fused, left):
        self.case = case
        self.alone = alone
        self.fused = fused
        self.differences = left

    def signature(self):
        # Which call of a session it was does not matter.
        return tuple(sorted({(difference.kind, difference.name.partition(".")[2]) for difference in self.differences}))

    def __str__(self):
        return (f"{self.case.name()}\n" + "\n".join(f"  {difference}" for difference in self.differences)
                + f"\ncalls: {json.dumps(self.case.calls)[:2000]}\nalone: {json.dumps(self.alone)[:2000]}\nfused: {json.dumps(self.fused)[:2000]}\n")
