"""Sets how many pieces of a product are in a customer's cart."""

import json
import urllib.request

import functions_framework


@functions_framework.http
def add(request):
    item = request.get_json()
    user, product, quantity = str(item.get("user")), str(item.get("id")), item.get("quantity")
    if not (user.isalnum() and product.isalnum() and isinstance(quantity, int) and 0 < quantity < 100):
        return {"error": "expected: user, id and a quantity below 100"}, 400
    put = urllib.request.Request(
        f"http://cartkvstorage:8080/carts/{user}/{product}",
        data=json.dumps({"quantity": quantity}).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(put, timeout=10) as response:
        return {"user": user, "items": json.load(response)}
