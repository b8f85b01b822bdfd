import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.0 204 No Content\r\n\r\n")


with socketserver.TCPServer(("0.0.0.0", 9043), Handler) as server:
    server.serve_forever()
