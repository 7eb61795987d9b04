import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, untilUp } from '../bench/process.ts';
import { type DavWorld, startDavWorld } from './dav-world.ts';
import { LITMUS, passes } from './litmus.ts';
import { nginxPath } from './nginx.ts';
import { testWith } from './tools.ts';

const NGINX = nginxPath();

let world: DavWorld;
let folder: string;
let nginx: Bun.Subprocess | undefined;
/** Where people reach the gateway: below a path that nginx takes away. */
let site: string;

beforeAll(async () => {
  if (NGINX === undefined) return;
  world = await startDavWorld();
  folder = mkdtempSync(join(tmpdir(), 'sluice-prefix-'));
  const port = await freePort();
  site = `http://127.0.0.1:${port}/files`;
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = [
    'daemon off;',
    `pid ${folder}/pid;`,
    'events {}',
    'http {',
    'access_log off;',
    ...temps.map((name) => `${name}_temp_path ${folder}/${name};`),
    `server { listen 127.0.0.1:${port}; client_max_body_size 0;`,
    `location /files/ { proxy_pass ${world.url}/; proxy_set_header Host $http_host; proxy_request_buffering off; }`,
    '} }',
  ];
  writeFileSync(join(folder, 'nginx.conf'), config.join('\n'));
  const log = join(folder, 'error.log');
  nginx = Bun.spawn([NGINX, '-p', folder, '-e', log, '-c', join(folder, 'nginx.conf')], {
    stdout: 'ignore',
    stderr: 'ignore',
  });
  await untilUp(`${site}/ping`);
  const saved = await world.call('/admin/setting/save', [{ key: 'site_url', value: site }]);
  expect(saved.code).toBe(200);
}, 60_000);

afterAll(async () => {
  nginx?.kill();
  await nginx?.exited;
  await world?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe('WebDAV below a path of a reverse proxy', () => {
  testWith(NGINX, 'nginx', 'tells addresses as its clients see them', async () => {
    const headers = { Authorization: `Basic ${btoa(`${world.user}:${world.password}`)}`, Depth: '1' };
    const text = await (await fetch(`${site}/dav/`, { method: 'PROPFIND', headers })).text();
    expect(text).toContain('<D:href>/files/dav/local/</D:href>');
  });

  const both = NGINX === undefined ? undefined : LITMUS;
  for (const suite of ['copymove', 'locks'] as const) {
    testWith(both, 'nginx or litmus', `passes litmus ${suite}`, () =>
      passes(suite, { ...world, url: `${site}/dav/local/` }),
    );
  }
});
