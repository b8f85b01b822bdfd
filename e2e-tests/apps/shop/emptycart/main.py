"""Takes everything a customer added out of the cart."""

import urllib.request

import functions_framework


@functions_framework.http
def empty(request):
    user = str(request.get_json().get("user"))
    if not user.isalnum():
        return {"error": "no such customer"}, 400
    delete = urllib.request.Request(f"http://cartkvstorage:8080/carts/{user}", method="DELETE")
    with urllib.request.urlopen(delete, timeout=10) as response:
        response.read()
    return {"user": user, "emptied": True}
