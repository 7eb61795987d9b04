// A gateway whose storage leaves by itself, as nginx does, to a sandbox on loopback; for the rows about offload.
import { readFileSync } from 'node:fs';
import { createApp } from '../packages/server/src/app.ts';
import { readConfig } from '../packages/server/src/config.ts';

const app = await createApp(readConfig(process.env), {
  egress: {
    loopback: {
      kind: 'direct',
      connectTo: { host: '127.0.0.1', port: Number(process.env['SANDBOX_PORT']) },
      ca: readFileSync(process.env['SANDBOX_CA'] ?? '', 'utf8'),
    },
  },
});
await app.start();
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));
