"""Notices which server a member starts, and takes its application for the short way. The server itself starts as ever."""

import os
import socketserver
import sys
import time

from .. import hooks
from ..identity import current_member
from . import single
from .gunicorn_style import Gunicorn
from .handlers import HandlerServer
from .permits import Permits
from .streams import StreamServer
from .style import mentions
from .waitress_style import Waitress
from .werkzeug_style import Werkzeug
from .wsgi import WsgiServer


def install():
    serve_forever = socketserver.BaseServer.serve_forever

    def serve_and_capture(self, *args, **kwargs):
        member = current_member()
        if member is not None and _is_main(member, self):
            _capture_socketserver(member, self)
        return serve_forever(self, *args, **kwargs)

    socketserver.BaseServer.serve_forever = serve_and_capture
    hooks.after_import("asyncio.base_events", _asyncio)
    hooks.after_import("waitress.server", _waitress)
    hooks.after_import("gunicorn.arbiter", _gunicorn)
    hooks.after_import("uvicorn.server", _uvicorn)
    hooks.after_import("tornado.httpserver", _tornado)
    single.install()


def _is_main(member, server):
    return _is_address_of(member, getattr(server, "server_address", None))


def _is_address_of(member, address):
    return isinstance(address, tuple) and len(address) >= 2 and address[1] == member.port


def _reached(address):
    """Where a connection from a sidecar finds a server of that address: on the loopback interface."""
    return "127.0.0.1" if address[0] in ("0.0.0.0", "::") else address[0], address[1]


def _capture_socketserver(member, server):
    threaded = isinstance(server, (socketserver.ThreadingMixIn, socketserver.ForkingMixIn))
    permits = None if threaded else Permits(1)
    base = type(server).__mro__
    names = {f"{kind.__module__}.{kind.__name__}" for kind in base}
    if "werkzeug.serving.BaseWSGIServer" in names and _own_methods(server, "werkzeug.serving.WSGIRequestHandler") and (
            not mentions(server.RequestHandlerClass.run_wsgi, "Server")):
        # Before 2.1 it wrote Server and Date itself, after the application's headers: then its handler is run as it is.
        server.application_permits = permits
        captured = WsgiServer(server.app, Werkzeug(member, server), permits)
    else:
        captured = HandlerServer(server, member, permits)
    if permits is not None:
        _take_turns(server, permits)
    member.serve_with(captured)


def _own_methods(server, name):
    """Whether the server's handler is that class, or one that changes nothing but its logging. Others (Django's, tests',
    applications') are run themselves."""
    for kind in server.RequestHandlerClass.__mro__:
        if f"{kind.__module__}.{kind.__name__}" == name:
            return True
        if any(callable(value) and not attribute.startswith("log") for attribute, value in vars(kind).items()):
            return False
    return False


def _take_turns(server, permits):
    """A single-threaded server never runs two requests at a time, whichever way they come."""
    process = server.process_request

    def process_in_turn(request, client_address):
        permits.acquire()
        try:
            process(request, client_address)
        finally:
            permits.release()

    server.process_request = process_in_turn


def _asyncio(module):
    """aiohttp.web, hypercorn, sanic and whatever else serves a protocol of its own on an event loop."""
    loop_class = module.BaseEventLoop
    create_server = loop_class.create_server

    async def create_and_capture(self, protocol_factory, host=None, port=None, **kwargs):
        server = await create_server(self, protocol_factory, host, port, **kwargs)
        member = current_member()
        if member is not None and kwargs.get("ssl") is None:
            from . import transport

            for sock in server.sockets:
                address = sock.getsockname()
                if _is_address_of(member, address):
                    member.loop = self
                    member.serve_with(StreamServer(self, transport.connector(protocol_factory, self, _reached(address))))
                    break
        return server

    loop_class.create_server = create_and_capture


def _tornado(module):
    from . import tornado_stream

    add_sockets = module.HTTPServer.add_sockets

    def add_and_capture(self, sockets):
        sockets = list(sockets)
        add_sockets(self, sockets)
        member = current_member()
        if member is None or self.ssl_options is not None:
            return
        for sock in sockets:
            address = sock.getsockname()
            if _is_address_of(member, address):
                loop = sys.modules["tornado.ioloop"].IOLoop.current().asyncio_loop
                member.loop = loop
                member.serve_with(StreamServer(loop, tornado_stream.connector(
                    sys.modules["tornado.iostream"], self, loop, _reached(address))))

    module.HTTPServer.add_sockets = add_and_capture


def _waitress(module):
    for name in ("BaseWSGIServer", "MultiSocketServer"):
        server_class = getattr(module, name, None)
        if server_class is not None:
            server_class.run = _capturing_waitress(server_class.run)


def _capturing_waitress(run):
    def run_captured(self):
        member = current_member()
        if member is not None:
            server = self if hasattr(self, "adj") else next(iter(
                entry for entry in self.map.values() if hasattr(entry, "application")))
            application = server.application
            member.serve_with(WsgiServer(application, Waitress(member, server), Permits(server.adj.threads)))
        run(self)

    return run_captured


def _gunicorn(module):
    run = module.Arbiter.run

    def run_without_forking(self):
        member = current_member()
        if member is None:
            return run(self)
        member.server_known = True
        self.start()
        age = 0
        while True:
            age += 1
            worker = self.worker_class(age, os.getppid(), self.LISTENERS, self.app, self.timeout / 2.0, self.cfg, self.log)
            worker.pid = os.getpid()
            _capture_worker(member, worker)
            try:
                worker.init_process()
            except SystemExit as exit_request:
                if not worker.booted:
                    raise
                if exit_request.code:
                    time.sleep(1)
            if member.signal_handlers.get("sinter stopping"):
                return None

    module.Arbiter.run = run_without_forking


def _capture_worker(member, worker):
    """A worker serves from its run() on; ASGI workers start uvicorn inside, which is captured by itself."""
    run = worker.run

    def run_captured():
        kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(worker).__mro__}
        if "gunicorn.workers.sync.SyncWorker" in kinds:
            permits = Permits(1)
            handle = worker.handle

            def handle_in_turn(*args):
                permits.acquire()
                try:
                    handle(*args)
                finally:
                    permits.release()

            worker.handle = handle_in_turn
            member.serve_with(WsgiServer(worker.wsgi, Gunicorn(member, worker, False), permits))
        elif "gunicorn.workers.gthread.ThreadWorker" in kinds:
            permits = Permits(worker.cfg.threads)
            member.serve_with(WsgiServer(worker.wsgi, Gunicorn(member, worker, True), permits))
        run()

    worker.run = run_captured


def _uvicorn(module):
    from .asgi import AsgiServer

    startup = module.Server.startup

    async def startup_captured(self, sockets=None):
        member = current_member()
        await startup(self, sockets=sockets)
        if member is None or self.should_exit:
            return
        config = self.config
        loop = sys.modules["asyncio"].get_running_loop()
        member.loop = loop
        state = getattr(getattr(self, "lifespan", None), "state", None)
        uvicorn_state = self.server_state

        def default_headers():
            return uvicorn_state.default_headers

        if getattr(config, "is_ssl", False) or config.limit_concurrency is not None:
            # TLS and uvicorn's own 503 beyond its limit stay with uvicorn's protocol.
            return
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        member.serve_with(AsgiServer(config.loaded_app, loop, default_headers, _reached((host, port)), config.root_path, state,
                                     _head_check(config, default_headers)))

    module.Server.startup = startup_captured


def _head_check(config, default_headers):
    """h11 checks heads; uvicorn's other protocol sends what it is given."""
    protocol = sys.modules.get(getattr(config.http_protocol_class, "__module__", ""))
    h11 = getattr(protocol, "h11", None)
    if h11 is None:
        return None

    def check(status, headers):
        h11.Response(status_code=status, headers=default_headers() + headers, reason=b"")

    return check
