from flask import Flask, request
from waitress import serve

from function import handler

app = Flask(__name__)


@app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
@app.route("/<path:path>", methods=["GET", "POST"])
def call(path):
    return handler.handle(request.get_data(), None)


if __name__ == "__main__":
    serve(app, host="0.0.0.0", port=5000)
