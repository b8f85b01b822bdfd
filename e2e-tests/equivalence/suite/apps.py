"""What the fixtures' applications offer: (method or None for any, target, headers) of one request."""

from .cases import PATH_PARTS, QUERIES


def path(choice, start):
    return start + "".join("/" + choice.choice(PATH_PARTS) for _ in range(choice.choice((0, 0, 1, 2, 4))))


def kitchen(choice):
    if choice.random() < 0.5:
        return None, path(choice, "/echo") + choice.choice(QUERIES), ()
    return None, choice.choice((
        "/status/200", "/status/201", "/status/204", "/status/304", "/status/400", "/status/404", "/status/418", "/status/500", "/status/503",
        "/status/299", "/status/599", "/stream", "/stream", "/late", "/single", "/several", "/writes", "/duplicates", "/own", "/redirect",
        "/fail", "/fail_os", "/fail_connection", "/fail_started", "/fail_streaming", "/fail_unframed", "/wrong_type", "/short", "/excess", "/unread", "/large", "/closing", "/silent",
        "/latin", "/hop", "/folded", "/nothing", "/twice", "/partly", "/unframed", "/chunks", "/empty_chunks", "/iterator", "/file", "/upgrade_header",
        "/lines", "/bad_header", "/bad_status", "/lower_status", "/exc_info", "/input_methods", "/no_reason", "/te_header", "/conn_close",
        "/nowhere", "/", "", "/slowly")), ()


def httpbin(choice):
    target = choice.choice((
        "/get?a=1&b=%20", "/get", "/headers", "/ip", "/user-agent", "/anything", path(choice, "/anything") + choice.choice(QUERIES), "/post",
        "/put", "/patch", "/delete", "/status/200", "/status/204", "/status/304", "/status/401", "/status/406", "/status/418", "/status/500",
        "/status/999", "/status/abc", "/response-headers?X-A=1&X-A=2&Content-Type=text/x", "/response-headers?Server=mine&Connection=close",
        "/redirect/3", "/absolute-redirect/2", "/relative-redirect/1", "/redirect-to?url=/get&status_code=307", "/cookies", "/cookies/set?a=1&b=2",
        "/cookies/delete?a", "/basic-auth/u/p", "/hidden-basic-auth/u/p", "/bearer", "/bytes/1024?seed=1", "/bytes/0", "/stream/3",
        "/stream-bytes/1000?seed=1&chunk_size=100", "/drip?duration=0.1&numbytes=4&delay=0", "/range/100",
        "/range/100?chunk_size=7", "/etag/x", "/cache/60", "/image", "/image/png", "/image/svg", "/html", "/xml", "/json", "/robots.txt",
        "/deny", "/encoding/utf8", "/links/3/1", "/base64/aGVsbG8=", "/base64/%", "/forms/post", "/delay/0", "/dump/request", "/nowhere", "/",
        "/static/favicon.ico", "/spec.json", "/flasgger_static/swagger-ui.css", "/legacy"))
    return None, target, ()


def datasette(choice):
    return choice.choice((None, "GET", "GET")), choice.choice((
        "/", "/-/versions.json", "/-/metadata.json", "/-/databases.json", "/-/settings.json", "/_memory", "/_memory.json?sql=select+1",
        "/_memory?sql=select+1", "/_memory.csv?sql=select+1+as+a,+2+as+b", "/_memory.json?sql=select+%27%C3%A9%27", "/_memory.json?sql=bad",
        "/_memory.json?sql=select+:a&a=1", "/-/static/app.css", "/-/actor.json", "/-/allow-debug", "/-/logout", "/nowhere", "/_memory/nowhere",
        path(choice, "/_memory") + choice.choice(QUERIES), "/-/config", "/robots.txt", "/-/permissions", "/_memory.json?sql=select+1&_shape=array")), ()


def pypiserver(choice):
    return None, choice.choice((
        "/", "/simple/", "/simple", "/simple/demo/", "/simple/demo", "/packages/", "/packages/demo-1.0.tar.gz", "/packages/nowhere.tar.gz", "/demo/",
        "/demo", "/simple/DEMO/", "/demo/json", "/health", "/pypi", "/nowhere/x", path(choice, "/packages") + choice.choice(QUERIES))), \
        choice.choice(((), (), (("Range", "bytes=0-9"),), (("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),)))


def files(choice):
    return choice.choice((None, "GET", "GET")), choice.choice((
        "/", "/page.html", "/page.html?x", "/sub", "/sub/", "/sub/data.json", "/nowhere", "/page.html/", "/%2e%2e/", "/a%20b.txt",
        path(choice, "/sub") + choice.choice(QUERIES))), \
        choice.choice(((), (), (("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),)))


def anything(choice):
    return None, path(choice, choice.choice(("", "/echo", "/items"))) + choice.choice(QUERIES) or "/", ()


def demo(choice):
    """wsgiref's demo application, which shows objects: only bodies can be freed of them, so no HEAD."""
    return choice.choice(("GET", "GET", "POST", "PUT", "DELETE", "OPTIONS")), anything(choice)[1], ()


def shop(choice):
    """The FastAPI application."""
    return None, choice.choice((
        "/items/1", "/items/x", "/items", "/items/", "/items?q=1", "/openapi.json", "/docs", "/boom", "/refused", "/background", "/stream", "/cookie",
        "/form", "/nowhere", "/items/1?q=%C3%A9", "/header", "/redirect", "/file", path(choice, "/path") + choice.choice(QUERIES))), ()


def snakeviz(choice):
    return choice.choice((None, "GET", "GET")), choice.choice((
        "/", "/snakeviz/", "/snakeviz/program.prof", "/snakeviz/site", "/snakeviz/nowhere", "/snakeviz/%2Fetc%2Fpasswd", "/static/snakeviz.css",
        "/static/vendor/d3.v3.min.js", "/static/nowhere", "/static/../setup.py", path(choice, "/static") + choice.choice(QUERIES))), \
        choice.choice(((), (), (("Range", "bytes=0-9"),), (("Range", "bytes=-5"),), (("If-None-Match", "*"),)))


def django(choice):
    return None, choice.choice((
        "/items/", "/items/?format=json", "/items/?format=api", "/items/?format=x", "/items/7", "/items/x", "/items", "/admin/login/", "/admin/", "/admin",
        "/static/admin/css/base.css", "/static/admin/nowhere", "/static/", "/stream", "/file", "/fail?format=x", "/plain/a", "/nowhere",
        path(choice, "/plain") + choice.choice(QUERIES))), choice.choice(((), (("Accept", "application/json"),), (("Accept", "text/html"),)))


OFFERS = {function.__name__: function for function in (kitchen, httpbin, datasette, pypiserver, files, anything, demo, shop, snakeviz, django)}


def offer_of(fixture):
    """What a fixture is asked, but for what its entry in fixtures.json leaves out and says why."""
    offer = OFFERS[fixture["offer"]]

    def offered(choice):
        method, target, headers = offer(choice)
        return method, "/echo" if target in fixture.get("without", ()) else target, headers

    return offered
