import { describe, expect, test } from 'bun:test';
import { WEAK_CLIENTS } from '../../links/weak-clients.ts';
import { CLIENTS, clientBehind } from './clients.ts';
import { SCRIPTS, type Step } from './testing/client-scripts.ts';
import { type DavAnswer, type DavDoors, startDav, tokenOf } from './testing/dav-doors.ts';

/** What later steps refer to. */
interface Memory {
  token: string;
  etag: string;
}

function filled(text: string, memory: Memory, url: string): string {
  return text.replaceAll('{token}', memory.token).replaceAll('{etag}', memory.etag).replaceAll('{url}', url);
}

async function send(doors: DavDoors, step: Step, agent: string, memory: Memory): Promise<DavAnswer> {
  const headers = Object.fromEntries(
    Object.entries({ 'User-Agent': agent, ...step.headers }).map(([name, value]) => [
      name,
      filled(value, memory, doors.url),
    ]),
  );
  const body = step.body === undefined ? {} : { body: filled(step.body, memory, doors.url) };
  return doors.call(step.method, step.path, { headers, ...body });
}

describe('clients', () => {
  test.each(
    SCRIPTS.map((script) => [`${script.client}: ${script.does} (${script.knowledge})`, script] as const),
  )('%s', async (_, script) => {
    const doors = await startDav({ '/m': { 'film.mkv': '0123456789', 'a folder': {} } });
    try {
      expect(clientBehind(script.agent).name).toBe(script.client);
      const memory: Memory = { token: '', etag: '' };
      for (const [index, step] of script.steps.entries()) {
        const told = await send(doors, step, script.agent, memory);
        const at = `${index} ${step.method} ${step.path}`;
        expect([at, step.wants.includes(told.status) ? 'fine' : told.status]).toEqual([at, 'fine']);
        for (const wanted of step.finds ?? []) expect(told.text).toMatch(wanted);
        for (const [name, wanted] of Object.entries(step.sees ?? {})) {
          expect(told.headers.get(name) ?? '').toMatch(wanted);
        }
        memory.token = tokenOf(told) || memory.token;
        memory.etag = told.headers.get('etag') ?? memory.etag;
      }
      const left = Object.keys((await doors.shape())['m'] ?? {});
      expect(left.filter((name) => /\(\d+\)|replaced|uploaded|sluice/.test(name))).toEqual([]);
    } finally {
      await doors.close();
    }
  });

  test('every client of the table has a script and says where it is known from', () => {
    const scripted = new Set(SCRIPTS.map(({ client }) => client));
    expect(CLIENTS.filter(({ name }) => !scripted.has(name)).map(({ name }) => name)).toEqual([]);
    expect(CLIENTS.filter(({ source }) => !/recorded|API reference|#\d+/.test(source))).toEqual([]);
  });

  test('those that follow no redirect are known by the agents that their scripts send', () => {
    const weak = WEAK_CLIENTS.filter(({ doors }) => doors.includes('webdav'));
    const known = SCRIPTS.filter(({ agent }) => weak.some((one) => one.agent.test(agent)));
    expect(known.map(({ client }) => client).toSorted()).toEqual([
      'Kodi',
      'Windows Explorer',
      'cadaver',
      'davfs2',
    ]);
  });
});
