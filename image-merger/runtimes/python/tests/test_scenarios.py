"""What client libraries do around a request is what they do over the wire: pools, retries, redirects, cookies, hooks, proxy
settings, exceptions. And each call stays local, but for those that a proxy gets."""

import json
import os
import unittest

from .harness import FIXTURES, Alone, Fused, free_port, get, member, until
from .kitchen import DIRECTORY, command

SCENARIOS = ("requests_session", "requests_retries", "requests_stream", "requests_proxies", "urllib3_pool", "urllib3_seen",
             "urllib_opener", "httpx_client", "httpx_proxies", "httpx_async_parallel", "aiohttp_session", "raw_socket", "streams")


class ScenariosTest(unittest.TestCase):
    maxDiff = None

    def test_each_scenario_sees_the_same_over_the_wire_and_inside(self):
        for tier in ("IN_PROCESS", "FORKED"):
            self.compare(tier)

    def compare(self, tier):
        members = [member("caller", ["python3", "app.py"], os.path.join(FIXTURES, "scenarios")),
                   member("callee", command("waitress", 8080), DIRECTORY)]
        port = free_port()
        with Fused(members, [("caller", "callee")], tier) as fused, Alone(
                command("waitress", port), DIRECTORY, port, {"PORT": str(port)}):
            for scenario in SCENARIOS:
                with self.subTest(scenario, tier=tier):
                    over_the_wire = self.run_scenario(fused, scenario, f"http://127.0.0.1:{port}")
                    before = calls(fused)
                    inside = self.run_scenario(fused, scenario, "http://callee:8080")
                    self.assertEqual(over_the_wire, inside)
                    if tier == "IN_PROCESS":
                        until(lambda: calls(fused) > before, "calls were local")

    def run_scenario(self, fused, scenario, base):
        result = fused.request("caller", f"/?name={scenario}&base={base}")[2].decode().replace(base[7:], "ADDRESS")
        return json.loads(result)


def calls(fused):
    lines = get(fused.admin, "/metrics")[1].decode().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("sinter_local_calls_total"))


if __name__ == "__main__":
    unittest.main()
