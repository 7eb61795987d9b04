import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { OpenFile } from '../vfs/view.ts';
import { createDeliveries } from './deliveries.ts';
import { fakeFile, playCtx } from './testing/upstream.ts';

const FILM = fakeFile(5_000, ['https://cdn.test/film'], { boundTo: 'nobody' });
/** The same path, and other bytes. */
const COPY: OpenFile = { ...FILM, variant: 'media-480' };
const OTHER_COPY: OpenFile = { ...FILM, variant: 'media-720' };

/** A player that asks for the beginning of one file after another, a second and a half apart. */
async function modesOf(files: readonly OpenFile[]): Promise<string[]> {
  const clock = fakeClock();
  const deliveries = createDeliveries({
    clock,
    proxyTypes: () => '',
    addresses: { of: () => undefined },
    kindOf: () => 'direct',
    serverIsPublic: true,
    sign: () => '',
  });
  const modes: string[] = [];
  for (const file of files) {
    const request = {
      door: 'download',
      address: '198.51.100.20',
      userAgent: 'Player/1',
      secure: false,
      range: 'bytes=0-',
    } as const;
    modes.push((await deliveries.plan(file, request, playCtx(AbortSignal.timeout(5_000)))).mode);
    await clock.advance(1_500);
  }
  return modes;
}

describe('a player that comes back for the same range', () => {
  test('of one file has failed with the redirect', async () => {
    expect(await modesOf([FILM, FILM, FILM])).toEqual(['redirect', 'redirect', 'proxy']);
    expect(await modesOf([COPY, COPY, COPY])).toEqual(['redirect', 'redirect', 'proxy']);
  });

  test('of another version of the film has not: that is another file', async () => {
    expect(await modesOf([FILM, COPY, OTHER_COPY, FILM])).not.toContain('proxy');
  });
});
