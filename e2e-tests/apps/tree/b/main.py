"""Passes a request on to d and adds to its answer."""

import hashlib
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel


class Branch(BaseModel):
    function: str
    n: int
    digest: str
    d: dict


@asynccontextmanager
async def lifespan(app: FastAPI):
    with httpx.Client(base_url="http://d:8080", timeout=10) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
def answer(request: Request, n: int = 1) -> Branch:
    try:
        response = request.app.state.client.get("/", params={"n": n})
        response.raise_for_status()
    except httpx.HTTPError as error:
        raise HTTPException(status_code=502, detail=f"d: {error}") from error
    branch = response.json()
    digest = hashlib.sha256(f"b{n}{branch['digest']}".encode() * 10_000).hexdigest()
    return Branch(function="b", n=n, digest=digest, d=branch)


@app.get("/healthz")
def health():
    return {"status": "ok"}
