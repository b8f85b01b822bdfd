def fn(body):
    return "hello"
