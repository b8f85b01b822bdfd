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


class LocalCall:
    """Positions in the queued tuple."""

    (CALLER, CALLEE, HOST, METHOD, TARGET, STATUS, TRACE, PARENT, CLIENT_ID, SERVER_ID, CLIENT_START, CLIENT_END,
     SERVER_START, SERVER_END, REQUEST_ID) = range(15)


class SpanExporter:
    """record() from any thread, never blocks. Without an endpoint it only counts calls."""

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
        spans = b"".join([self._client(call) + self._server(call) for call in batch])
        scope = _message(1, _string(1, "sinter"))
        return _message(1, self._resource + _message(2, scope + spans))

    def _client(self, call):
        callee = call[LocalCall.CALLEE]
        cluster = f"outbound|{callee.port}|{self._workload}|{callee.name}"
        attributes = (
            _attribute("upstream_cluster", cluster) + _attribute("upstream_cluster.name", cluster)
            + self._common(call, call[LocalCall.CALLER]))
        return _span(call, call[LocalCall.CLIENT_ID], call[LocalCall.PARENT], f"egress {call[LocalCall.HOST]}", CLIENT,
                     call[LocalCall.CLIENT_START], call[LocalCall.CLIENT_END], attributes)

    def _server(self, call):
        callee = call[LocalCall.CALLEE]
        cluster = f"inbound|{callee.port}||"
        attributes = (_attribute("upstream_cluster", cluster) + _attribute("upstream_cluster.name", cluster)
                      + self._common(call, callee.name))
        return _span(call, call[LocalCall.SERVER_ID], call[LocalCall.CLIENT_ID], f"ingress {call[LocalCall.HOST]}", SERVER,
                     call[LocalCall.SERVER_START], call[LocalCall.SERVER_END], attributes)

    def _common(self, call, function):
        return (
            _attribute("sinter.local", "true") + _attribute("sinter.function", function)
            + _attribute("node_id", self._node_id) + _attribute("component", "proxy")
            + _attribute("http.method", call[LocalCall.METHOD])
            + _attribute("http.url", f"http://{call[LocalCall.HOST]}{call[LocalCall.TARGET]}"[:256])
            + _attribute("http.status_code", str(call[LocalCall.STATUS]))
            + _attribute("guid:x-request-id", call[LocalCall.REQUEST_ID]))


def _span(call, span_id, parent_id, name, kind, start, end, attributes):
    body = (_bytes(1, bytes.fromhex(call[LocalCall.TRACE])) + _bytes(2, bytes.fromhex(span_id))
            + (_bytes(4, bytes.fromhex(parent_id)) if parent_id else b"")
            + _string(5, name) + _varint(6 << 3) + _varint(kind)
            + _varint(7 << 3 | 1) + struct.pack("<Q", start) + _varint(8 << 3 | 1) + struct.pack("<Q", end) + attributes)
    if call[LocalCall.STATUS] >= 500 or not call[LocalCall.STATUS]:
        body += _message(15, _varint(3 << 3) + _varint(2))
    return _message(2, body)


def _attribute(key, value, field=9):
    """KeyValue{key 1, value 2{string_value 1}}; attributes are field 9 of a span, field 1 of a resource."""
    return _message(field, _string(1, key) + _message(2, _string(1, value)))


def _varint(value):
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
