const http = require('http');

const ways = {
  '/shown': (request, response) =>
    response.end(JSON.stringify({ headers: request.rawHeaders, pid: process.pid, cwd: process.cwd(), node: process.version })),
  '/call': async (request, response) => response.end(await (await fetch('http://p:8080/shown')).text()),
  '/slow': (request, response) => {
    console.log('slow begun');
    response.on('finish', () => console.log('slow answered'));
    setTimeout(() => response.end('slow'), 3000);
  },
  '/die': () => process.exit(3),
};

http
  .createServer((request, response) => (ways[request.url] ?? ((_, other) => other.writeHead(404).end()))(request, response))
  .listen(process.env.PORT || 8080);

process.on('SIGTERM', () => {
  console.log('told to end');
  process.exit(0);
});
