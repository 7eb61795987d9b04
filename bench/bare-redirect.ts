// The yardstick for redirects: a node:http handler that answers with one, and does nothing else.
import { createServer } from 'node:http';

const headers = { Location: 'https://dl.example.net/download/?fid=abc', 'Content-Length': '0' };

createServer((request, response) => {
  response.writeHead(request.url === '/ping' ? 200 : 302, headers);
  response.end();
}).listen(Number(process.env['BARE_PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
