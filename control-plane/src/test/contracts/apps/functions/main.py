import functions_framework
import functions_framework.aio


@functions_framework.http
def hello(request):
    return "hello"


@functions_framework.aio.http
async def ahello(request):
    return "hello"
