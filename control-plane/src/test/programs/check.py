"""Inside the fused container: both members answer, call each other, and one dies and comes back."""

import http.client
import json
import time

FUSED = 15080


def get(member, target):
    connection = http.client.HTTPConnection("127.0.0.1", FUSED, timeout=60)
    connection.request("GET", target, headers={"Host": member})
    answer = connection.getresponse()
    return answer.status, answer.read()


def shown(member, target="/shown"):
    status, body = get(member, target)
    assert status == 200, (status, body)
    return json.loads(body)


program, function = shown("n"), shown("p")
assert program["node"].startswith("v") and program["cwd"] == "/srv/node", program
assert program["pid"] != function["pid"]

called = shown("n", "/call")
assert called["pid"] == function["pid"] and called["host"] == "p:8080", called
assert {"traceparent", "x-request-id"} <= {name.lower() for name, _ in called["headers"]}, called

called = shown("p", "/call")
assert called["pid"] == program["pid"], called
assert {"traceparent", "x-request-id"} <= {name.lower() for name in called["headers"][::2]}, called

try:
    get("n", "/die")
    raise AssertionError("a request under which the program dies has no answer")
except (OSError, http.client.HTTPException):
    pass
assert shown("p")["pid"] == function["pid"]
end = time.monotonic() + 60
while True:
    try:
        if get("n", "/shown")[0] == 200:
            break
    except OSError:
        pass
    assert time.monotonic() < end, "the program did not come back"
    time.sleep(0.1)
assert shown("n")["pid"] != program["pid"]
print("all as it should be")
