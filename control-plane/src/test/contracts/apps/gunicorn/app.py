def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]
