import asyncio

import tornado.web


class Index(tornado.web.RequestHandler):
    def get(self):
        self.write("hello")


async def main():
    tornado.web.Application([("/", Index)]).listen(9031)
    await asyncio.Event().wait()


asyncio.run(main())
