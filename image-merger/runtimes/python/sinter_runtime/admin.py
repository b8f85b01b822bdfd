"""Readiness, liveness and metrics on a port of their own."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .errors import RuntimeFailure
from .member import DEAD, READY

BEAT_LIMIT_SECONDS = 30


class Admin:
    """/ready, /live, /metrics. Liveness fails when the watch stands still, or finds a member that cannot serve any more."""

    def __init__(self, port, members, dispatcher, front, watch):
        self._members = members
        self._dispatcher = dispatcher
        self._front = front
        self._watch = watch
        # Looks at what is only worth a look when somebody asks.
        self.before_metrics = lambda: None
        admin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, kind, text = admin.answer(self.path.partition("?")[0])
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        Handler.wbufsize = -1
        try:
            self._server = ThreadingHTTPServer(("", port), Handler)
        except OSError as error:
            raise RuntimeFailure("SNT0246", f"port {port}: {error.strerror or error}", "a free port",
                                 "Maybe SINTER_ADMIN_PORT should name another.") from None
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def start(self):
        threading.Thread(target=self._server.serve_forever, name="sinter-admin", daemon=True).start()

    def ready(self):
        front = self._front
        return front.started and not front.draining and all(member.state == READY for member in self._members)

    def answer(self, path):
        if path == "/ready":
            states = {member.name: member.state for member in self._members}
            return (200 if self.ready() else 503), "application/json", json.dumps({"members": states})
        if path == "/live":
            stuck = [member.name for member in self._members if self._watch.fails(member)]
            alive = not stuck and time.monotonic() - self._watch.beat < BEAT_LIMIT_SECONDS and any(
                member.state != DEAD for member in self._members)
            return (200 if alive else 503), "application/json", json.dumps({"live": alive, "stuck": stuck})
        if path == "/metrics":
            self.before_metrics()
            return 200, "text/plain; version=0.0.4", self._metrics()
        return 404, "text/plain", "/ready, /live or /metrics\n"

    def _metrics(self):
        own = self._dispatcher
        calls, sent = own.spans.calls, own.spans.sent
        dropped, spilled = dict(own.spans.dropped), dict(own.spilled)
        for stats in [member.stats for member in self._members if member.stats is not None]:
            # Members in processes of their own count for themselves.
            calls += stats["calls"]
            sent += stats["sent"]
            for total, part in ((dropped, stats["dropped"]), (spilled, stats["spilled"])):
                for cause, count in part.items():
                    total[cause] = total.get(cause, 0) + count
        lines = [f"sinter_local_calls_total {calls}", f"sinter_front_requests_total {self._front.requests}",
                 f"sinter_spans_sent_total {sent}"]
        lines += [f'sinter_spans_dropped_total{{cause="{cause}"}} {count}' for cause, count in dropped.items()]
        lines += [f'sinter_spilled_total{{cause="{cause}"}} {count}' for cause, count in spilled.items()]
        for member in self._members:
            stuck = member.stats["stuck"] if member.stats is not None else self._watch.stuck(member)
            lines.append(f'sinter_active_calls{{member="{member.name}"}} {len(member.active)}')
            lines.append(f'sinter_stuck_calls{{member="{member.name}"}} {stuck}')
            lines.append(f'sinter_member_way{{member="{member.name}",way="{member.way}"}} 1')
            lines.append(f'sinter_member_ready{{member="{member.name}"}} {int(member.state == READY)}')
            lines += [f'sinter_shared_state_touched{{member="{member.name}",what="{_escaped(what)}"}} 1'
                      for what in list(member.shared_state_touched)]
        return "\n".join(lines) + "\n"


def _escaped(label):
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
