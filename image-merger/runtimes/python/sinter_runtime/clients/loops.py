"""Clients on event loops: aiohttp, and whatever else opens its connections with the loop."""

from .. import hooks
from .routes import callee_of


def install(dispatcher):
    hooks.after_import("asyncio.base_events", lambda module: _asyncio(module, dispatcher))
    hooks.after_import("aiohttp.connector", lambda module: _aiohttp(module, dispatcher))


def _asyncio(module, dispatcher):
    loop_class = module.BaseEventLoop
    create_connection = loop_class.create_connection

    async def create_locally(self, protocol_factory, host=None, port=None, **kwargs):
        callee = None
        if host is not None and not kwargs.get("ssl") and kwargs.get("sock") is None:
            callee = callee_of(host, port)
        if callee is None or not dispatcher.accepts(callee):
            return await create_connection(self, protocol_factory, host, port, **kwargs)
        from .transport import LocalTransport

        transport, protocol = LocalTransport(self, dispatcher, callee, host, port), protocol_factory()
        transport.start(protocol)
        return transport, protocol

    loop_class.create_connection = create_locally


def _aiohttp(module, dispatcher):
    from .transport import LocalTransport

    connector = module.TCPConnector
    create_connection = connector._create_connection

    async def create_locally(self, req, traces, timeout):
        url = req.url
        callee = callee_of(url.host, url.port) if url.scheme == "http" and not req.proxy else None
        if callee is None or not dispatcher.accepts(callee):
            return await create_connection(self, req, traces, timeout)
        protocol = self._factory()
        LocalTransport(dispatcher.running_loop(), dispatcher, callee, url.host, url.port).start(protocol)
        return protocol

    connector._create_connection = create_locally
