"""What customers see: puts together what the other functions answer."""

import requests
from flask import Flask, abort, request
from waitress import serve

app = Flask(__name__)


@app.get("/")
def home():
    user = customer()
    return {
        "user": user,
        "ads": get("getads", {"user": user}),
        "products": get("listproducts", {"limit": 12}),
        "currencies": get("supportedcurrencies", {}),
        "recommendations": get("listrecommendations", {"user": user}),
    }


@app.get("/product/<product>")
def product(product):
    user = customer()
    return {
        "product": get("getproduct", {"id": product}),
        "recommendations": get("listrecommendations", {"user": user, "id": product}),
    }


@app.get("/search")
def search():
    return get("searchproducts", {"q": request.args.get("q", "")})


@app.get("/cart")
def cart():
    user = customer()
    items = get("getcart", {"user": user})["items"]
    return {"user": user, "items": items, "shipping": get("shipmentquote", {"items": sum(items.values())})}


@app.post("/cart")
def add():
    item = request.get_json()
    return post("addcartitem", {"user": customer(), "id": item.get("id"), "quantity": item.get("quantity", 1)})


@app.post("/checkout")
def checkout():
    order = request.get_json()
    return post("checkout", {"user": customer(), "currency": order.get("currency", "EUR")})


@app.get("/healthz")
def health():
    return "ok"


def customer():
    user = request.args.get("user", "guest")
    if not user.isalnum():
        abort(400)
    return user


def get(name, params):
    return answer(requests.get(f"http://{name}:8080/", params=params, timeout=10))


def post(name, body):
    return answer(requests.post(f"http://{name}:8080/", json=body, timeout=10))


def answer(response):
    if response.status_code in (400, 404):
        abort(response.status_code)
    response.raise_for_status()
    return response.json()


if __name__ == "__main__":
    serve(app, host="0.0.0.0", port=8080, threads=16)
