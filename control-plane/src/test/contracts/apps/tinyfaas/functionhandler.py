import http.server
import socketserver

import fn


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write((fn.fn(None) or "").encode())


with socketserver.ThreadingTCPServer(("", 8000), Handler) as server:
    server.serve_forever()
