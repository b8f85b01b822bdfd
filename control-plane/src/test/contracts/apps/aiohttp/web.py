from aiohttp import web


async def index(request):
    return web.Response(text="hello")


def make(argv=None):
    app = web.Application()
    app.router.add_get("/", index)
    return app


if __name__ == "__main__":
    web.run_app(make(), port=9021)
