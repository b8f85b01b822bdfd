"""Keeps carts in memory. Every customer starts with the same few things each time: a shop for trying out."""

from collections import OrderedDict

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

CUSTOMERS = 10_000
PRODUCTS = 50
app = FastAPI()
added: OrderedDict[str, dict[str, int]] = OrderedDict()


class Item(BaseModel):
    quantity: int = Field(gt=0, lt=100)


def cart(user):
    number = sum(user.encode())
    given = {f"p{(number * step) % 64}": 1 + (number + step) % 3 for step in (3, 7, 11)}
    return given | added.get(user, {})


@app.get("/carts/{user}")
async def get(user: str) -> dict[str, int]:
    return cart(user)


@app.put("/carts/{user}/{product}")
async def put(user: str, product: str, item: Item) -> dict[str, int]:
    items = added.setdefault(user, {})
    if product not in items and len(items) >= PRODUCTS:
        raise HTTPException(status_code=409, detail="the cart is full")
    items[product] = item.quantity
    added.move_to_end(user)
    while len(added) > CUSTOMERS:
        added.popitem(last=False)
    return cart(user)


@app.delete("/carts/{user}")
async def delete(user: str) -> dict[str, int]:
    added.pop(user, None)
    return cart(user)


@app.get("/healthz")
async def health():
    return {"status": "ok"}
