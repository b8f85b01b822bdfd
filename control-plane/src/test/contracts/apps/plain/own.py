from sanic import Sanic
from sanic.response import text

app = Sanic("own")


@app.get("/")
async def index(request):
    return text("hello")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=9046, single_process=True)
