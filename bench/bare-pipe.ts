// The yardstick of the bench: nothing but node:http in front of node:https, piped. Shows what the runtime itself costs.
import { createServer } from 'node:http';
import { get } from 'node:https';
import { pipeline } from 'node:stream';
import { HttpsProxyAgent } from 'https-proxy-agent';

const upstream = process.env['BARE_UPSTREAM'] ?? '';
const agent = new HttpsProxyAgent(process.env['BARE_PROXY'] ?? '', { keepAlive: true });

const server = createServer((request, response) => {
  if (request.url === '/ping') {
    response.end('pong');
    return;
  }
  get(upstream, { agent, headers: { range: request.headers.range ?? 'bytes=0-' } }, (head) => {
    response.writeHead(head.statusCode ?? 502, { 'content-length': head.headers['content-length'] ?? '0' });
    pipeline(head, response, () => {}); // either side's failure ends both
  });
});
server.listen(Number(process.env['BARE_PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
