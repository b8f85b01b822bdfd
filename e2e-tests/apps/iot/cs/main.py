"""Watches sound: asks for loudness and for kind at the same time and waits for both."""

import asyncio
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException, Request


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(timeout=10) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def check(request: Request, n: int = 1, sound: float = 40.0):
    async def ask(name):
        response = await request.app.state.client.get(f"http://{name}:8080/", params={"n": n, "sound": sound})
        response.raise_for_status()
        return response.json()

    try:
        loudness, kind = await asyncio.gather(ask("csl"), ask("csa"))
    except httpx.HTTPError as error:
        raise HTTPException(status_code=502, detail=str(error)) from error
    return {"function": "cs", "n": n, "loudness": loudness, "kind": kind}


@app.get("/healthz")
async def health():
    return {"status": "ok"}
