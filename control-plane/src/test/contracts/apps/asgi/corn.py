import asyncio

from hypercorn.asyncio import serve
from hypercorn.config import Config
from star import app

config = Config()
config.bind = ["0.0.0.0:9016"]
asyncio.run(serve(app, config))
