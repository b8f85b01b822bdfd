"""Reports local calls as the spans two proxies would have sent: OTLP/HTTP protobuf, from one background thread.

A call only appends a tuple to a bounded queue; what does not fit, or cannot be sent, is dropped and counted by cause."""

import http.client
import struct
import threading
import urllib.parse
from collections import deque

QUEUE_SPANS = 8192
BATCH_CALLS = 256
PERIOD_SECONDS = 1.0
SEND_SECONDS = 2.0
CLIENT, SERVER = 3, 2
MAX_ROUTES = 1024


class SpanExporter:
    """record() from any thread, never blocks. Without an endpoint it only counts calls. A call is the tuple that _spans takes
    apart."""

    def __init__(self, endpoint, token, node_id, group):
        self.calls = 0
        self.sent = 0
        self.dropped = {"queue_full": 0, "export_failed": 0}
        self._queue = deque()
        self._token = token
        self._node_id = node_id
        application, _, workload = node_id.rpartition("/")
        self._workload = workload or "fused-" + group
        service = f"{self._workload}.{application}" if application else self._workload
        self._resource = _message(1, _attribute("service.name", service, 1) + _attribute("node_id", node_id, 1))
        self._routes = {}
        self._target = None
        if endpoint:
            url = urllib.parse.urlsplit(endpoint if "://" in endpoint else "http://" + endpoint)
            path = url.path.rstrip("/")
            self._target = (url.hostname, url.port or 4318, path if path.endswith("/v1/traces") else path + "/v1/traces")
        self._stop = threading.Event()
        self._connection = None
        self._thread = None

    def start(self):
        """In the process that records: a thread made before a fork cannot be started after it."""
        if self._target is not None:
            self._thread = threading.Thread(target=self._run, name="sinter-spans", daemon=True)
            self._thread.start()

    def record(self, call):
        self.calls += 1
        if self._target is None:
            return
        if len(self._queue) >= QUEUE_SPANS:
            self.dropped["queue_full"] += 2
            return
        self._queue.append(call)

    def stop(self):
        """Sends what is queued, within SEND_SECONDS."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2 * SEND_SECONDS)

    def _run(self):
        while not self._stop.wait(PERIOD_SECONDS):
            self._flush()
        self._flush()

    def _flush(self):
        while self._queue:
            batch = []
            while self._queue and len(batch) < BATCH_CALLS:
                batch.append(self._queue.popleft())
            if not self._send(self.encode(batch)):
                self.dropped["export_failed"] += 2 * len(batch)
                return
            self.sent += 2 * len(batch)

    def _send(self, body):
        host, port, path = self._target
        headers = {"content-type": "application/x-protobuf"}
        if self._token:
            headers["x-sinter-token"] = self._token
        for attempt in (1, 2):
            connection = self._connection
            self._connection = None
            if connection is None:
                connection = http.client.HTTPConnection(host, port, timeout=SEND_SECONDS)
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                answer.read()
                self._connection = connection
                return answer.status < 300
            except (OSError, http.client.HTTPException):
                connection.close()
                if attempt == 2 or self._stop.is_set():
                    return False
        return False

    def encode(self, batch):
        """ExportTraceServiceRequest of the batch: a CLIENT and a SERVER span per call."""
        spans = b"".join([self._spans(call) for call in batch])
        scope = _message(1, _string(1, "sinter"))
        return _message(1, self._resource + _message(2, scope + spans))

    def _spans(self, call):
        (caller, callee, host, method, target, status, trace, parent, client_id, server_id, client_start, client_end,
         server_start, server_end, request_id) = call
        client, server = self._route(caller, callee, host)
        attributes = (_METHOD(method.encode()) + _URL(f"http://{host}{target}"[:256].encode("utf-8", "replace"))
                      + _STATUS(b"%d" % status) + _REQUEST_ID(request_id.encode("utf-8", "replace")))
        if status >= 500 or not status:
            attributes += _FAILED
        trace = b"\x0a\x10" + bytes.fromhex(trace) + b"\x12\x08"
        client_id = bytes.fromhex(client_id)
        return (_span(trace + client_id + (b"\x22\x08" + bytes.fromhex(parent) if parent else b""), client, client_start,
                      client_end, attributes)
                + _span(trace + bytes.fromhex(server_id) + b"\x22\x08" + client_id, server, server_start, server_end,
                        attributes))

    def _route(self, caller, callee, host):
        """What the CLIENT and the SERVER spans of a route have in common with all others of it."""
        key = caller, callee.name, host
        known = self._routes.get(key)
        if known is None:
            cluster = f"outbound|{callee.port}|{self._workload}|{callee.name}"
            known = (self._fixed(f"egress {host}", CLIENT, cluster, caller),
                     self._fixed(f"ingress {host}", SERVER, f"inbound|{callee.port}||", callee.name))
            if len(self._routes) < MAX_ROUTES:
                self._routes[key] = known
        return known

    def _fixed(self, name, kind, cluster, function):
        attributes = {"upstream_cluster": cluster, "upstream_cluster.name": cluster, "sinter.local": "true",
                      "sinter.function": function, "node_id": self._node_id, "component": "proxy"}
        return _string(5, name) + _varint(6 << 3) + _varint(kind) + b"".join(
            [_attribute(key, value) for key, value in attributes.items()])


def _span(identity, fixed, start, end, attributes):
    return _message(2, identity + fixed + _TIMES.pack(7 << 3 | 1, start, 8 << 3 | 1, end) + attributes)


def _attribute(key, value, field=9):
    """KeyValue{key 1, value 2{string_value 1}}; attributes are field 9 of a span, field 1 of a resource."""
    return _message(field, _string(1, key) + _message(2, _string(1, value)))


def _attribute_of(key):
    """The same for values that change, in bytes."""
    head = _string(1, key) + b"\x12"

    def attribute(value):
        text = b"\x0a" + _varint(len(value)) + value
        pair = head + _varint(len(text)) + text
        return b"\x4a" + _varint(len(pair)) + pair

    return attribute


def _varint(value):
    if value < 0x80:
        return _BYTE[value]
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(field, value):
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _string(field, value):
    return _bytes(field, value.encode("utf-8", "replace"))


def _message(field, value):
    return _bytes(field, value)


_BYTE = [bytes((value,)) for value in range(0x80)]
_TIMES = struct.Struct("<BQBQ")
_METHOD, _URL, _STATUS, _REQUEST_ID = map(_attribute_of, ("http.method", "http.url", "http.status_code", "guid:x-request-id"))
_FAILED = _message(15, _varint(3 << 3) + _varint(2))
