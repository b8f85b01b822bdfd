"""Compares a temperature with the forecast for its place, interpolated over a grid."""

import math

from fastapi import FastAPI

app = FastAPI()
GRID = [[10 + 8 * math.sin(x / 5) + 6 * math.cos(y / 7) for x in range(48)] for y in range(48)]


def forecast(n):
    x, y = n * 7 % 47, n * 13 % 47
    total = weights = 0.0
    for row, values in enumerate(GRID):
        for column, value in enumerate(values):
            weight = 1 / (1 + (column - x) ** 2 + (row - y) ** 2)
            total += weight * value
            weights += weight
    return round(total / weights, 6)


@app.get("/")
async def check(n: int = 1, temperature: float = 20.0):
    expected = forecast(n)
    return {"function": "cw", "n": n, "forecast": expected, "plausible": abs(temperature - expected) < 15}


@app.get("/healthz")
async def health():
    return {"status": "ok"}
