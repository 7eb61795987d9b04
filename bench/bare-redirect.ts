// The yardstick for redirects: a node:http handler that answers with the head of one of ours, and does nothing else.
import { createServer } from 'node:http';

const headers = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag',
  Location: `https://dl.example.net/download/?fid=${'a'.repeat(250)}`,
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'max-age=0, no-cache, no-store, must-revalidate',
  'Content-Length': '0',
};

createServer((request, response) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = request.url === '/ping' ? 200 : 302;
  response.end();
}).listen(Number(process.env['BARE_PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
