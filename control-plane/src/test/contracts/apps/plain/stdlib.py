import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", 9042))), Handler).serve_forever()
