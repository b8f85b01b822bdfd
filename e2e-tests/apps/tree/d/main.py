"""A Cloud Functions style handler: passes a request on to e and adds to its answer."""

import hashlib
import json
import urllib.request

import functions_framework


@functions_framework.http
def handle(request):
    n = request.args.get("n", default=1, type=int)
    with urllib.request.urlopen(f"http://e:8080/?n={n}", timeout=10) as response:
        branch = json.load(response)
    digest = hashlib.sha256(f"d{n}{branch['digest']}".encode() * 10_000).hexdigest()
    return {"function": "d", "n": n, "digest": digest, "e": branch}
