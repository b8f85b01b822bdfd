"""What is in a customer's cart."""

import json
import urllib.request

import functions_framework


@functions_framework.http
def cart(request):
    user = request.args.get("user", "")
    if not user.isalnum():
        return {"error": "no such customer"}, 400
    with urllib.request.urlopen(f"http://cartkvstorage:8080/carts/{user}", timeout=10) as response:
        return {"user": user, "items": json.load(response)}
