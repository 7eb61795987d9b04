import { describe, expect, test } from 'bun:test';
import { settle } from '../../../testing/fake-clock.ts';
import { StorageError } from '../../core/errors.ts';
import { importWorld, link } from '../testing/import-world.ts';
import type { ImportJob } from './import-job.ts';

const seen = (job: ImportJob) =>
  job.rows.all().map(({ name, target, state }): readonly [string, string, string] => [name, target, state]);

const many = (count: number): string =>
  Array.from({ length: count }, (_, index) => `Film ${index}: ${link(`VN${index}`)}`).join('\n');

function closed(code: 'share_password' | 'share_gone' | 'region_blocked'): StorageError {
  return new StorageError(code, 'It is closed.', { detail: { remedy: 'Ask for another.' } });
}

describe('a dry run', () => {
  test('names each share by the text, else by its own title, and says where it would go', async () => {
    const { imports, stored } = importWorld();
    const job = await imports.start({ text: `# Films\nA: ${link('VNa')}\n\n${link('VNb')}` });
    await job.settled();
    expect(seen(job)).toEqual([
      ['A', '/Shares/Films/A', 'ok'],
      ['Title of VNb', '/Shares/Films/Title of VNb', 'ok'],
    ]);
    expect([job.state, stored]).toEqual(['done', []]);
  });

  test('tells what keeps a share closed, and what to do', async () => {
    const world = importWorld();
    world.answer = ({ shareId }) => {
      if (shareId === 'VNa') throw closed('share_password');
      if (shareId === 'VNb') throw closed('region_blocked');
      if (shareId === 'VNc') throw closed('share_gone');
      return { title: 'T' };
    };
    const job = await world.imports.start({ text: ['VNa', 'VNb', 'VNc', 'VNd'].map(link).join('\n') });
    await job.settled();
    expect(job.rows.all().map(({ state, remedy }) => [state, remedy])).toEqual([
      ['password', 'Ask for another.'],
      ['region', 'Ask for another.'],
      ['deleted', 'Ask for another.'],
      ['ok', undefined],
    ]);
  });

  test('a fault of ours is logged, and costs one row', async () => {
    const world = importWorld();
    world.answer = ({ shareId }) => {
      if (shareId === 'VNa') throw new TypeError('secret');
      return { title: 'T' };
    };
    const job = await world.imports.start({ text: `${link('VNa')} ${link('VNb')}` });
    await job.settled();
    expect(job.rows.all().map(({ state }) => state)).toEqual(['unknown', 'ok']);
    expect(JSON.stringify(job.rows.all())).not.toContain('secret');
  });

  test('looks at few shares at one time, and ends when it is stopped', async () => {
    const world = importWorld();
    const gates: (() => void)[] = [];
    world.answer = (_, signal) =>
      new Promise((resolve, reject) => {
        gates.push(() => resolve({ title: 'T' }));
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
    const job = await world.imports.start({ text: many(50) });
    await settle();
    for (const open of gates.splice(0)) open();
    await settle();
    expect(job.state).toBe('running');
    world.imports.cancel(job.id);
    await job.settled();
    expect([job.state, world.asked.length, world.busiest]).toEqual(['cancelled', 8, 4]);
    const states = job.rows.all().map(({ state }) => state);
    expect(states.filter((state) => state === 'ok')).toHaveLength(4);
    expect(states.filter((state) => state === 'waiting')).toHaveLength(46);
    world.answer = () => ({ title: 'T' });
    world.imports.edit(job.id, 49, { passCode: 'k7pm' });
    await job.settled();
    expect(job.rows.at(49)?.state).toBe('ok');
  });

  test('waits when the cloud asks for a pause, says until when, and goes on by itself', async () => {
    const world = importWorld();
    let refusals = 1;
    world.answer = () => {
      if (refusals-- > 0) {
        throw new StorageError('rate_limited', 'too frequent', { retry: 'later', retryAfterMs: 60_000 });
      }
      return { title: 'T' };
    };
    const began = world.clock.now();
    const job = await world.imports.start({ text: link('VNa') });
    await settle();
    expect([job.state, job.pausedUntil]).toEqual(['running', began + 60_000]);
    await world.clock.advance(60_000);
    await job.settled();
    expect(job.rows.all().map(({ state }) => state)).toEqual(['ok']);
  });

  test('gives a share up that meets nothing but pauses: the loop has an end', async () => {
    const world = importWorld();
    world.answer = () => {
      throw new StorageError('rate_limited', 'too frequent', { retry: 'later', retryAfterMs: 1000 });
    };
    const job = await world.imports.start({ text: link('VNa') });
    await world.clock.advance(60_000);
    await job.settled();
    expect([world.asked.length, job.rows.at(0)?.state]).toEqual([4, 'unknown']);
  });

  test('shares that are mounted already are recognised, and not asked for', async () => {
    const world = importWorld();
    const first = await world.imports.start({ text: `A ${link('VNa')}` });
    await first.settled();
    await world.imports.commit(first.id, 'good');
    const second = await world.imports.start({ text: `Other name ${link('VNa')}?pwd=k7pm` });
    await second.settled();
    expect(seen(second)).toEqual([['Other name', '/Shares/A', 'mounted']]);
    expect(world.asked).toHaveLength(1);
  });

  test('only so many run at one time, and old ones make room', async () => {
    const world = importWorld();
    world.answer = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
    const jobs = await Promise.all([1, 2, 3, 4].map(() => world.imports.start({ text: link('VNa') })));
    const refused = await world.imports.start({ text: link('VNa') }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'rate_limited' });
    for (const job of jobs) world.imports.cancel(job.id);
    await Promise.all(jobs.map((job) => job.settled()));
    world.answer = () => ({ title: 'T' });
    for (let round = 0; round < 10; round++) {
      await (await world.imports.start({ text: link('VNa') })).settled();
    }
    expect(() => world.imports.get(jobs[0]?.id ?? '')).toThrow('not known any more');
    expect(world.open).toBe(8);
    await world.imports.close();
    expect(world.open).toBe(0);
  });
});

describe('a correction', () => {
  test('of the pass code is looked at again, whatever an older look still brings', async () => {
    const world = importWorld();
    const late: (() => void)[] = [];
    world.answer = ({ passCode }) => {
      if (passCode === 'k7pm') return { title: 'Open now' };
      return new Promise((_, reject) => late.push(() => reject(closed('share_password'))));
    };
    const job = await world.imports.start({ text: link('VNa') });
    await settle();
    world.imports.edit(job.id, 0, { passCode: ' k7pm ' });
    await settle();
    for (const answer of late) answer();
    await job.settled();
    expect(seen(job)).toEqual([['Open now', '/Shares/Open now', 'ok']]);
  });

  test('of the name moves the target, and an empty one brings the title back', async () => {
    const { imports } = importWorld();
    const job = await imports.start({ text: link('VNa') });
    await job.settled();
    imports.edit(job.id, 0, { name: 'a/b', category: 'Films/Old' });
    expect(seen(job)).toEqual([['a-b', '/Shares/Films/Old/a-b', 'ok']]);
    imports.edit(job.id, 0, { name: ' ' });
    expect(job.rows.all()[0]?.target).toBe('/Shares/Films/Old/Title of VNa' as never);
  });

  test('of a row that is not there is refused', async () => {
    const { imports } = importWorld();
    const job = await imports.start({ text: link('VNa') });
    expect(() => imports.edit(job.id, 1, {})).toThrow('no such row');
  });

  test('tells what changed since a revision', async () => {
    const { imports } = importWorld();
    const job = await imports.start({ text: many(3) });
    await job.settled();
    const before = (job.rows.all(), job.rows.revision);
    imports.edit(job.id, 1, { name: 'New' });
    const changed = job.rows.all().filter(({ revision }) => revision > before);
    expect(changed.map(({ index }) => index)).toEqual([1]);
  });
});

describe('adding', () => {
  test('good ones alone, or all, or some', async () => {
    const world = importWorld();
    world.answer = ({ shareId }) => {
      if (shareId === 'VN1') throw closed('share_gone');
      return { title: 'T' };
    };
    const job = await world.imports.start({ text: many(4) });
    await job.settled();
    expect((await world.imports.commit(job.id, [3])).added).toBe(1);
    expect((await world.imports.commit(job.id, 'good')).added).toBe(2);
    expect((await world.imports.commit(job.id, 'all')).added).toBe(1);
    expect(world.stored.map(({ record }) => record.mountPath)).toEqual([
      '/Shares/Film 3',
      '/Shares/Film 0',
      '/Shares/Film 2',
      '/Shares/Film 1',
    ] as never);
  });

  test('twice adds nothing twice', async () => {
    const world = importWorld();
    const job = await world.imports.start({ text: many(250) });
    await job.settled();
    expect((await world.imports.commit(job.id, 'all')).added).toBe(250);
    expect((await world.imports.commit(job.id, 'all')).added).toBe(0);
    const again = await world.imports.start({ text: many(250) });
    await again.settled();
    expect((await world.imports.commit(again.id, 'all')).added).toBe(0);
    expect(world.stored).toHaveLength(250);
  });

  test('gives two of one name two places, and takes none that is taken', async () => {
    const world = importWorld();
    const first = await world.imports.start({ text: `A ${link('VNa')}` });
    await world.imports.commit(first.id, 'all');
    const job = await world.imports.start({ text: `A ${link('VNb')}\nA ${link('VNc')}` });
    await job.settled();
    expect(job.rows.all().map(({ target }) => target)).toEqual(['/Shares/A (2)', '/Shares/A (3)'] as never);
    expect((await world.imports.commit(job.id, 'all')).added).toBe(2);
  });

  test('hands the common settings on, and the share goes before them', async () => {
    const world = importWorld();
    const addition = { egress: 'socks5://10.0.0.1:1080', share_id: 'other' };
    const job = await world.imports.start({ text: `A ${link('VNa')}?pwd=k7pm`, addition });
    await job.settled();
    await world.imports.commit(job.id, 'all');
    expect(world.stored[0]?.record.addition).toMatchObject({
      egress: 'socks5://10.0.0.1:1080',
      share_id: 'VNa',
      share_pwd: 'k7pm',
    });
  });
});
