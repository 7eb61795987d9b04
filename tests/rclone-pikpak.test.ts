import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import { createDemoRemote, installRclone, onSandbox } from '../scripts/rclone.ts';
import { python } from './pikpakapi.ts';
import { testWith } from './tools.ts';

const MEDIA = join(import.meta.dir, '../packages/sandbox/src/media/files');
const MIB = 2 ** 20;

/** rclone's own reading of PikPak's protocol is a third one, beside the sandbox's and our driver's: where all agree, a guess is a better one. */
describe("rclone's PikPak backend, as it is released", () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rclone-'));
  const caFile = join(folder, 'ca.pem');
  const config = join(folder, 'rclone.conf');

  beforeAll(async () => {
    sandbox = await startSandbox({ caFile });
  });

  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs rclone; gives what it prints. @throws with its complaint when it fails */
  async function rclone(...args: string[]): Promise<string> {
    const program = await installRclone();
    const at = { proxyPort: sandbox.proxyPort, caFile };
    if (!existsSync(config)) await createDemoRemote(program, config, at);
    const child = Bun.spawn([program, '--config', config, '--retries', '1', ...args], {
      env: { ...process.env, ...onSandbox(at) },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, complaint, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(`rclone ${args.join(' ')}: ${complaint.slice(-2000)}`);
    return out;
  }

  const lines = (text: string): string[] => text.split('\n').filter(Boolean).sort();

  testWith(python, 'python3', 'lists folders page by page and reads files whole and in part', async () => {
    expect(lines(await rclone('lsf', 'sandbox:Movies/Sample (2026)'))).toEqual([
      'sample.ass',
      'sample.mp4',
      'sample.srt',
    ]);
    expect(lines(await rclone('lsf', 'sandbox:Big/ten-thousand'))).toHaveLength(10_000);
    await rclone('copy', 'sandbox:Movies/Sample (2026)', join(folder, 'down'));
    expect(readFileSync(join(folder, 'down/sample.mp4'))).toEqual(readFileSync(join(MEDIA, 'sample.mp4')));
    const letters = Math.ceil((3 * 2 ** 30) / 251) * 251 + 97; // where the formula's bytes spell an alphabet
    expect(await rclone('cat', 'sandbox:Big/4GiB.bin', '--offset', String(letters), '--count', '8')).toBe(
      'abcdefgh',
    );
  });

  testWith(python, 'python3', 'uploads in one piece and in parts, and reads the same back', async () => {
    const local = join(folder, 'up');
    mkdirSync(local);
    writeFileSync(
      join(local, 'small.bin'),
      new Uint8Array(3 * MIB).map((_, at) => at % 253),
    );
    writeFileSync(
      join(local, 'large.bin'),
      new Uint8Array(23 * MIB).map((_, at) => at % 249),
    );
    writeFileSync(join(local, 'empty.txt'), '');
    await rclone('copy', local, 'sandbox:From rclone', '--pikpak-upload-cutoff', '5Mi');
    await rclone('check', local, 'sandbox:From rclone', '--download', '--one-way');
    const kept = await rclone('lsf', '--format', 'ps', 'sandbox:From rclone');
    expect(lines(kept)).toContain(`large.bin;${23 * MIB}`);
  });

  testWith(python, 'python3', 'makes, moves, copies and removes within the drive', async () => {
    await rclone('mkdir', 'sandbox:Turned/over/deep');
    await rclone('copyto', 'sandbox:Movies/Sample (2026)/sample.srt', 'sandbox:Turned/a.srt');
    await rclone('moveto', 'sandbox:Turned/a.srt', 'sandbox:Turned/over/名字 🎬.srt');
    await rclone('copyto', 'sandbox:Turned/over/名字 🎬.srt', 'sandbox:Turned/b.srt');
    await rclone('deletefile', 'sandbox:Turned/b.srt');
    expect(lines(await rclone('lsf', '-R', 'sandbox:Turned'))).toEqual([
      'over/',
      'over/deep/',
      'over/名字 🎬.srt',
    ]);
    await rclone('purge', 'sandbox:Turned');
    expect(lines(await rclone('lsf', 'sandbox:'))).not.toContain('Turned/');
    await rclone('cleanup', 'sandbox:');
    expect(JSON.parse(await rclone('about', '--json', 'sandbox:'))).toMatchObject({
      total: expect.any(Number),
      used: expect.any(Number),
    });
  });

  testWith(python, 'python3', 'makes a public link and asks the cloud to fetch an address', async () => {
    const link = await rclone('link', 'sandbox:Movies/Sample (2026)/sample.mp4');
    expect(link.trim()).toMatch(/^https:\/\/mypikpak\.com\/s\/[\w-]+$/);
    const magnet = `magnet:?xt=urn:btih:${'0'.repeat(40)}`;
    const task: unknown = JSON.parse(await rclone('backend', 'addurl', 'sandbox:My Pack', magnet));
    expect(task).toMatchObject({ kind: 'drive#task', type: 'offline', phase: 'PHASE_TYPE_PENDING' });
  });
});
