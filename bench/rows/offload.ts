import { join } from 'node:path';
import { nginxPath, startNginx } from '../../tests/nginx.ts';
import { LARGE_FILE } from '../bare.ts';
import { drain, open } from '../client.ts';
import { freePort, launch, untilUp, watch } from '../process.ts';
import { atMost, type Row } from '../row.ts';
import { type Bench, mountDirect, ourselves, PASSWORD, signIn, startSandboxProcess } from '../setup.ts';
import { median } from '../stats.ts';

const GIB = 2 ** 30;
const ROUNDS = 3;

/** A GiB that nginx moves by the documented configuration, beside one that the same gateway moves. Upstream over plain HTTP. */
export async function offload(bench: Bench): Promise<Row[]> {
  const nginx = nginxPath();
  if (nginx === undefined) return [];
  const cdnPort = await freePort();
  const links = ['--http-links', '--cdn-port', String(cdnPort)];
  const sandbox = await startSandboxProcess(bench.folder, links);
  const port = await freePort();
  const gateway = launch([process.execPath, join(import.meta.dir, '../direct-gateway.ts')], {
    SLUICE_PORT: String(port),
    SLUICE_DATA: join(bench.folder, 'offload'),
    SLUICE_ADMIN_PASSWORD: PASSWORD,
    SLUICE_LOG: 'error',
    SLUICE_OFFLOAD: 'x-accel',
    SLUICE_OFFLOAD_HOSTS: '127.0.0.1',
    SLUICE_TRUSTED_PROXIES: '127.0.0.1',
    SANDBOX_PORT: String(sandbox.at.port),
    SANDBOX_CA: sandbox.at.caFile,
  });
  const url = `http://127.0.0.1:${port}`;
  const front = await startNginx(nginx, { gateway: `127.0.0.1:${port}`, cloud: `127.0.0.1:${cdnPort}` });
  try {
    await untilUp(`${url}/ping`);
    const api = await signIn(url);
    await mountDirect(api);
    const target = await ourselves({ api, gateway, url }).download(LARGE_FILE);
    const through = { ...target, url: target.url.replace(url, front.url) };
    const movers = { gateway, nginx: watch(() => front.pids()) };
    const own: number[] = [];
    const asked: number[] = [];
    const moved: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      own.push((await costs(movers, target)).gateway);
      const spent = await costs(movers, through);
      asked.push(spent.gateway);
      moved.push(spent.nginx);
    }
    return [
      atMost('CPU per GiB proxied, HTTP upstream, without nginx', median(own), 's'),
      atMost('CPU per GiB that nginx moves: the gateway', median(asked), 's', 0.05),
      atMost('CPU per GiB that nginx moves: nginx', median(moved), 's'),
    ];
  } finally {
    await front.stop();
    await gateway.stop();
    await sandbox.process.stop();
  }
}

type Movers = Readonly<Record<'gateway' | 'nginx', { cpuSeconds(): number }>>;

async function costs(
  movers: Movers,
  target: Parameters<typeof open>[0],
): Promise<Record<'gateway' | 'nginx', number>> {
  const before = { gateway: movers.gateway.cpuSeconds(), nginx: movers.nginx.cpuSeconds() };
  const bytes = await drain(await open(target, `bytes=0-${GIB - 1}`));
  if (bytes !== GIB) throw new Error(`expected ${GIB} bytes, got ${bytes}`);
  return {
    gateway: movers.gateway.cpuSeconds() - before.gateway,
    nginx: movers.nginx.cpuSeconds() - before.nginx,
  };
}
