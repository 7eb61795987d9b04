// `npm run edge`: the worker as a program of its own, for a server with Bun.
import { EdgeConfigError, readEdgeConfig } from './config.ts';
import { createEdge } from './edge.ts';
import { serveEdge } from './serve.ts';

const DEFAULT_PORT = 5243; // AList's worker has it

try {
  const edge = createEdge(readEdgeConfig(process.env));
  const host = process.env['HOST'] ?? '127.0.0.1';
  const server = await serveEdge(edge, { host, port: Number(process.env['PORT'] ?? DEFAULT_PORT) });
  process.stdout.write(`Download proxy on ${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
} catch (error) {
  const known = error instanceof EdgeConfigError || (error instanceof Error && 'code' in error);
  if (!known) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
