import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CloudWithStore } from '../../types.ts';
import { LOCAL } from '../cloud-fixture.ts';
import { type DriveClient, makeUploadLab } from '../drive/changes/drive-client.ts';
import { pattern, startUpload, type StoreClient } from './store-client.ts';

/*
 * Bun's own S3 client, which knows nothing of us, uploads over real HTTP.
 */
const lab = await makeUploadLab();
let server: Server;
let drive: DriveClient;

beforeAll(async () => {
  let cloud: CloudWithStore | undefined;
  server = createServer((req, res) => {
    if (cloud !== undefined) void relay(cloud, req, res);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  // The client signs with the machine's time, and this cloud stands in another year.
  const rules = { storeToleranceMs: Number.POSITIVE_INFINITY };
  drive = await lab.drive({ rules, uploadEndpoint: `127.0.0.1:${port}` });
  cloud = drive.cloud;
});

afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await lab.close();
});

async function relay(cloud: CloudWithStore, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
  );
  const {
    status,
    headers: answered,
    body,
  } = await cloud.handleObjectStore({
    method: req.method ?? '',
    host: '127.0.0.1',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: req,
    caller: LOCAL,
  });
  res.writeHead(status, answered).end(body);
}

function s3(upload: StoreClient): Bun.S3Client {
  const text = (name: string): string => String(upload.params[name]);
  return new Bun.S3Client({
    endpoint: `http://${text('endpoint')}`,
    region: 'pikpak',
    bucket: text('bucket'),
    accessKeyId: text('access_key_id'),
    secretAccessKey: text('access_key_secret'),
    sessionToken: text('security_token'),
  });
}

test('an S3 client that is not ours puts a file', async () => {
  const file = await pattern(300_000);
  const upload = await startUpload(drive, file, { name: 'single.bin' });
  await s3(upload).write(upload.key, file);
  drive.fixture.clock.advance(500);
  expect((await upload.download()).equals(file)).toBe(true);
});

test('an S3 client that is not ours uploads in parts', async () => {
  const file = await pattern(12 * 1024 * 1024 + 1);
  const upload = await startUpload(drive, file, { name: 'parts.bin' });
  const writer = s3(upload)
    .file(upload.key)
    .writer({ partSize: 5 * 1024 * 1024, queueSize: 2 });
  for (let at = 0; at < file.length; at += 1_000_000) await writer.write(file.subarray(at, at + 1_000_000));
  await writer.end();
  drive.fixture.clock.advance(500);
  expect((await upload.download()).equals(file)).toBe(true);
});
