"""Places an order. The customer waits for payment and shipping, nobody waits for the e-mail and the emptied cart."""

import logging
from asyncio import gather
from contextlib import asynccontextmanager

import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from pydantic import BaseModel

log = logging.getLogger("checkout")


class Order(BaseModel):
    user: str
    currency: str = "EUR"


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(timeout=10) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/")
async def checkout(order: Order, request: Request, later: BackgroundTasks):
    client = request.app.state.client
    try:
        cart = (await get(client, "getcart", user=order.user))["items"]
        products = await get(client, "listproducts", ids=",".join(cart))
        prices = await gather(
            *(get(client, "currency", cents=item["cents"], to=order.currency) for item in products)
        )
        grams = sum(item["grams"] * cart[item["id"]] for item in products)
        shipping = await get(client, "shipmentquote", items=sum(cart.values()), grams=grams)
        total = shipping["cents"] + sum(
            price["cents"] * cart[item["id"]] for item, price in zip(products, prices, strict=True)
        )
        payment = await post(client, "payment", {"user": order.user, "cents": total, "currency": order.currency})
        shipment = await post(client, "shiporder", {"user": order.user, "items": cart})
    except httpx.HTTPError as error:
        raise HTTPException(status_code=502, detail=f"{type(error).__name__}: {error}") from error
    later.add_task(tell, client, "email", {"user": order.user, "cents": total, "tracking": shipment["tracking"]})
    later.add_task(tell, client, "emptycart", {"user": order.user})
    return {"user": order.user, "cents": total, "currency": order.currency, **payment, **shipment}


@app.get("/healthz")
async def health():
    return {"status": "ok"}


async def get(client, name, **params):
    response = await client.get(f"http://{name}:8080/", params=params)
    response.raise_for_status()
    return response.json()


async def post(client, name, body):
    response = await client.post(f"http://{name}:8080/", json=body)
    response.raise_for_status()
    return response.json()


async def tell(client, name, body):
    try:
        await post(client, name, body)
    except httpx.HTTPError:
        log.exception("%s failed for %s", name, body["user"])
