import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../bench/process.ts';

const DOCS = join(import.meta.dir, '../docs/operations.md');
const START_LIMIT_MS = 20_000;

/** nginx's path, where Debian and others put it. */
export function nginxPath(): string | undefined {
  return ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path));
}

/** The configuration that `docs/operations.md` gives, word by word. */
export function documentedConfig(): string {
  const found = /^```nginx sluice\.conf\n([^]*?)^```$/m.exec(readFileSync(DOCS, 'utf8'))?.[1];
  if (found === undefined) throw new Error('docs/operations.md holds no sluice.conf');
  return found;
}

/** What differs between a documented server and a test's. */
export interface NginxPlace {
  /** Host and port of the gateway. */
  readonly gateway: string;
  /** Host and port of downloads, over plain HTTP. */
  readonly cloud: string;
}

/** A running nginx. */
export interface Nginx {
  readonly url: string;
  /** Process ids: the master and its one worker. */
  pids(): number[];
  stop(): Promise<void>;
}

/** Puts a test's addresses in place of the documented ones; each must be there. */
function placed(config: string, port: number, { gateway, cloud }: NginxPlace): string {
  const changes = [
    ['listen 8080;', `listen 127.0.0.1:${port};`],
    ['server 127.0.0.1:5244;', `server ${gateway};`],
    [/"\^https:\/\/[^"]*\/"/, `"^http://${cloud.replaceAll('.', '[.]')}/"`],
    ['resolver 127.0.0.53', 'resolver 127.0.0.1'],
  ] as const;
  return changes.reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`the documented configuration has no ${String(from)}`);
    return changed;
  }, config);
}

/** Starts nginx with the documented configuration, on loopback, in a folder of its own. @throws when it does not listen */
export async function startNginx(path: string, place: NginxPlace): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'sluice.conf'), placed(documentedConfig(), port, place));
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    [
      'daemon off;',
      'worker_processes 1;',
      `pid ${folder}/nginx.pid;`,
      'events { worker_connections 1024; }',
      'http {',
      'access_log off;',
      ...temps.map((name) => `${name}_temp_path ${folder}/${name};`),
      `include ${folder}/sluice.conf;`,
      '}',
    ].join('\n'),
  );
  const log = join(folder, 'error.log');
  const child = Bun.spawn([path, '-p', folder, '-e', log, '-c', join(folder, 'nginx.conf')], {
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
      await stop();
      throw new Error(`nginx did not start:\n${said}`);
    }
    await Bun.sleep(20); // another process, whose only signal is that it listens
  }
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  const pids = (): number[] => [child.pid, ...readFileSync(children, 'utf8').trim().split(/\s+/).map(Number)];
  return { url: `http://127.0.0.1:${port}`, pids, stop };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const up = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return up;
}
