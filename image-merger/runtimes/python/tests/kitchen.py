"""The kitchen applications on every server that is captured, fused and alone."""

import base64
import importlib.util
import json
import os
from contextlib import ExitStack

from .harness import FIXTURES, Alone, Fused, free_port, member

BATCH = 25
DIRECTORY = os.path.join(FIXTURES, "kitchen")

WSGI = ("waitress", "werkzeug", "wsgiref", "gunicorn-sync", "gunicorn-gthread")
ASGI = ("uvicorn", "gunicorn-uvicorn")
HANDLERS = ("handler10", "handler11", "single10")
# Each with the way its requests must take.
OTHERS = {"hypercorn": "loop", "aiohttp-run": "loop", "aiohttp-site": "loop", "tornado-listen": "loop",
          "tornado-bind": "loop", "django": "handler", "django-noreload": "handler", "uvicorn-program": "loop",
          "uvicorn-limit": "loop", "uvicorn-reload": "loop", "uvicorn-workers": "loop", "hypercorn-workers": "loop"}
FLASK = {"flask-run": "wsgi", "flask-debug": "wsgi", "functions-framework": "wsgi"}


ENVIRONMENT = {"FLASK_APP": "flask_app"}
UVICORN_WORKER = ("uvicorn_worker" if importlib.util.find_spec("uvicorn_worker") else "uvicorn.workers") + ".UvicornWorker"


def command(server, port):
    if server in ("waitress", "werkzeug", "wsgiref"):
        return ["python3", "wsgi_app.py", server]
    if server == "waitress-limit":
        return ["waitress-serve", "--host=127.0.0.1", f"--port={port}", "--max-request-body-size=1000", "wsgi_app:app"]
    if server == "gunicorn-sync":
        return ["gunicorn", "-b", f"127.0.0.1:{port}", "wsgi_app:app"]
    if server == "gunicorn-gthread":
        return ["gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "4", "wsgi_app:app"]
    if server == "uvicorn":
        return ["uvicorn", "asgi_app:app", "--port", str(port)]
    if server == "gunicorn-uvicorn":
        return ["gunicorn", "-b", f"127.0.0.1:{port}", "-k", UVICORN_WORKER, "asgi_app:app"]
    if server.startswith("hypercorn"):
        return ["hypercorn", "asgi_app:app", "-b", f"127.0.0.1:{port}"] + (["-w", "2"] if server != "hypercorn" else [])
    if server == "uvicorn-program":
        return ["python3", "program.py"]
    if server.startswith("uvicorn-"):
        more = {"limit": ["--limit-concurrency", "50"], "reload": ["--reload"], "workers": ["--workers", "2"]}
        return ["uvicorn", "asgi_app:app", "--port", str(port)] + more[server[8:]]
    if server.startswith("flask"):
        return ["flask", "run", "--port", str(port)] + (["--debug"] if server != "flask-run" else [])
    if server == "functions-framework":
        return ["functions-framework", "--source", "flask_app.py", "--target", "function", "--host", "127.0.0.1",
                "--port", str(port)]
    if server.startswith("aiohttp"):
        return ["python3", "aiohttp_app.py", "run_app" if server == "aiohttp-run" else "site"]
    if server.startswith("tornado"):
        return ["python3", "tornado_app.py", "listen" if server == "tornado-listen" else "bind"]
    if server.startswith("django"):
        return ["python3", "django_app.py"] + (["runserver", "--noreload", "--nothreading", f"127.0.0.1:{port}"]
                                               if server.endswith("noreload") else [])
    version = "HTTP/1.0" if server.endswith("10") else "HTTP/1.1"
    return ["python3", "-m", "handler_app", version] + (["single"] if server == "single10" else [])


class Kitchen:
    """One fused workload of all servers and a driver, and each server alone."""

    def __init__(self, servers, tier="IN_PROCESS", alone=True):
        self._stack = ExitStack()
        members = [member("driver", ["python3", "app.py"], os.path.join(FIXTURES, "driver"))]
        members += [member(server, command(server, 8080), DIRECTORY, env=ENVIRONMENT) for server in servers]
        try:
            self.fused = self._stack.enter_context(Fused(members, [("driver", server) for server in servers], tier))
            self.alone = {}
            for server in servers if alone else ():
                port = free_port()
                self.alone[server] = self._stack.enter_context(
                    Alone(command(server, port), DIRECTORY, port, dict(ENVIRONMENT, PORT=str(port))))
        except BaseException:
            self._stack.close()
            raise

    def close(self):
        self._stack.close()

    def drive(self, orders):
        """What the driver, a member, got for each order."""
        answers = []
        for start in range(0, len(orders), BATCH):
            batch = json.dumps(orders[start:start + BATCH]).encode()
            status, _, body = self.fused.request("driver", "/do", "POST", batch)
            if status != 200:
                raise AssertionError(self.fused.process.output())
            answers += json.loads(body)
        return answers

    def compare(self, server, calls):
        """(call, alone, fused) for each call, both made by the same client library in the same process."""
        local, wire = [], []
        for call in calls:
            headers = dict(call.get("headers") or {}, Host=f"{server}:8080")
            body = call.get("body")
            order = dict(call, headers=headers, body=None if body is None else base64.b64encode(body).decode())
            local.append(dict(order, url=f"http://{server}:8080{call['target']}"))
            wire.append(dict(order, url=f"http://127.0.0.1:{self.alone[server].port}{call['target']}"))
        return zip(calls, map(normal, self.drive(wire)), map(normal, self.drive(local)))


# Owned by the connection, not by the function: whoever terminates the connection writes them.
CONNECTION_HEADERS = ("connection", "keep-alive", "transfer-encoding", "date")


def normal(answer):
    if "error" in answer:
        return answer
    headers = [pair for pair in answer["headers"] if pair[0] not in CONNECTION_HEADERS]
    return dict(answer, headers=headers, body=base64.b64decode(answer["body"]))
