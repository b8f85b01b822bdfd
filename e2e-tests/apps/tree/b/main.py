"""A Cloud Functions style handler: passes a request on to d and adds to its answer."""

import hashlib

import functions_framework
import requests


@functions_framework.http
def handle(request):
    n = request.args.get("n", default=1, type=int)
    response = requests.get("http://d:8080/", params={"n": n})
    response.raise_for_status()
    branch = response.json()
    digest = hashlib.sha256(f"b{n}{branch['digest']}".encode() * 10_000).hexdigest()
    return {"function": "b", "n": n, "digest": digest, "d": branch}
