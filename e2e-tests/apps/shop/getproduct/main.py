"""One product, with a description that is rendered for every request."""

import json
import textwrap
import urllib.request

import functions_framework


@functions_framework.http
def product(request):
    wanted = request.args.get("id", "")
    if not wanted.isalnum():
        return {"error": "no such product"}, 404
    with urllib.request.urlopen(f"http://listproducts:8080/?ids={wanted}", timeout=10) as response:
        found = json.load(response)
    if not found:
        return {"error": "no such product"}, 404
    item = found[0]
    sentence = f"This {item['name']} weighs {item['grams']} grams and is worth every cent of {item['cents']}. "
    return {**item, "description": textwrap.wrap(sentence * 12, 60)}
