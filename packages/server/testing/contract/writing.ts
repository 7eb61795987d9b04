import { expect } from 'bun:test';
import { text } from 'node:stream/consumers';
import type { Driver, UploadSource } from '../../src/core/driver.ts';
import type { Entry, EntryId } from '../../src/core/entry.ts';
import type { HttpClient } from '../../src/core/http-client.ts';
import { StorageError } from '../../src/core/errors.ts';
import { bytesOf, listAll, patientCtx } from './fixture.ts';
import { type ContractTest, expectAbort, expectCode, has, outcomeOf } from './test-case.ts';

const BAD_NAMES = ['', '.', '..', 'a/b', '/', '../up', 'a\0b', 'a\\b', '\ud800'];

/** The tests work in the fixture's empty folder. */
export const writeTests: readonly ContractTest[] = [
  {
    name: 'a new folder is there, empty, under the name that was asked for',
    needs: ['mkdir'],
    async run({ driver, fixture: { emptyFolder, newName = '名字 #1 100%?.d' } }) {
      const made = await mkdir(driver, emptyFolder, newName);
      expect(made).toMatchObject({ name: newName, kind: 'folder' });
      expect(await idsIn(driver, emptyFolder)).toEqual([made.id]);
      expect(await listAll(driver, made.id)).toEqual([]);
    },
  },
  {
    name: 'mkdir: a taken name is exists, a missing folder not_found, a file not_a_folder',
    needs: ['mkdir'],
    async run({ driver, fixture }) {
      await mkdir(driver, fixture.emptyFolder, 'taken');
      await expectCode(mkdir(driver, fixture.emptyFolder, 'taken'), 'exists');
      await expectCode(mkdir(driver, fixture.missing, 'x'), 'not_found');
      await expectCode(mkdir(driver, fixture.file.id, 'x'), 'not_a_folder');
    },
  },
  {
    name: 'names that are no names are invalid_name everywhere',
    needs: ['mkdir'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folder = await mkdir(driver, emptyFolder, 'folder');
      for (const name of BAD_NAMES) {
        await expectCode(mkdir(driver, emptyFolder, name), 'invalid_name');
        if (driver.rename)
          await expectCode(driver.rename({ id: folder.id, name }, patientCtx()), 'invalid_name');
        if (driver.upload)
          await expectCode(upload(driver, { dir: emptyFolder, name: name }, textSource('x')), 'invalid_name');
      }
      expect(await idsIn(driver, emptyFolder)).toEqual([folder.id]);
    },
  },
  {
    name: 'rename gives another name and keeps what is inside',
    needs: ['mkdir', 'rename'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folder = await mkdir(driver, emptyFolder, 'old');
      await mkdir(driver, folder.id, 'inside');
      const before = structuredClone(folder);
      const renamed = await has(driver.rename).call(driver, { id: folder.id, name: 'new' }, patientCtx());
      expect(renamed).toMatchObject({ name: 'new', kind: 'folder' });
      expect(folder).toEqual(before);
      expect(await namesIn(driver, emptyFolder)).toEqual(['new']);
      expect(await namesIn(driver, renamed.id)).toEqual(['inside']);
    },
  },
  {
    name: 'rename to a taken name is exists and changes nothing; to the same name it does nothing',
    needs: ['mkdir', 'rename'],
    async run({ driver, fixture: { emptyFolder } }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      await expectCode(has(driver.rename).call(driver, { id: a.id, name: 'b' }, patientCtx()), 'exists');
      expect(await has(driver.rename).call(driver, { id: b.id, name: 'b' }, patientCtx())).toMatchObject({
        name: 'b',
      });
      expect(await namesIn(driver, emptyFolder)).toEqual(['a', 'b']);
    },
  },
  {
    name: 'move takes an entry with all below it to another folder',
    needs: ['mkdir', 'move'],
    async run({ driver, fixture: { emptyFolder } }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      await mkdir(driver, a.id, 'inside');
      const moved = await one(has(driver.move).call(driver, { ids: [a.id], to: b.id }, patientCtx()));
      expect(await namesIn(driver, emptyFolder)).toEqual(['b']);
      expect(await idsIn(driver, b.id)).toEqual([moved.id]);
      expect(await namesIn(driver, moved.id)).toEqual(['inside']);
    },
  },
  {
    name: 'a folder is never moved or copied into itself or below',
    needs: ['mkdir', 'move', 'copy'],
    async run({ driver, fixture: { emptyFolder } }) {
      const a = await mkdir(driver, emptyFolder, 'a');
      const below = await mkdir(driver, a.id, 'below');
      for (const op of ['move', 'copy'] as const) {
        await expectCode(
          has(driver[op]).call(driver, { ids: [a.id], to: a.id }, patientCtx()),
          'invalid_argument',
        );
        await expectCode(
          has(driver[op]).call(driver, { ids: [a.id], to: below.id }, patientCtx()),
          'invalid_argument',
        );
      }
      expect(await namesIn(driver, a.id)).toEqual(['below']);
    },
  },
  {
    name: 'move and copy to where the name is taken are exists; to a file not_a_folder',
    needs: ['mkdir', 'move', 'copy'],
    async run({ driver, fixture: { emptyFolder, file } }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      await mkdir(driver, b.id, 'a');
      for (const op of ['move', 'copy'] as const) {
        await expectCode(has(driver[op]).call(driver, { ids: [a.id], to: b.id }, patientCtx()), 'exists');
        await expectCode(
          has(driver[op]).call(driver, { ids: [a.id], to: file.id }, patientCtx()),
          'not_a_folder',
        );
      }
      expect(await namesIn(driver, emptyFolder)).toEqual(['a', 'b']);
    },
  },
  {
    name: 'a copy holds the same and stands by itself',
    needs: ['mkdir', 'copy', 'upload', 'remove'],
    async run({ driver, fixture: { emptyFolder }, http }) {
      const [a, b] = [await mkdir(driver, emptyFolder, 'a'), await mkdir(driver, emptyFolder, 'b')];
      await upload(driver, { dir: a.id, name: 'note.txt' }, textSource('hello'));
      const copied = await one(has(driver.copy).call(driver, { ids: [a.id], to: b.id }, patientCtx()));
      expect(await namesIn(driver, a.id)).toEqual(['note.txt']);
      await purge(driver, a.id);
      const [note] = await listAll(driver, copied.id);
      expect(note?.name).toBe('note.txt');
      expect(note && (await textOf({ driver, http }, note))).toBe('hello');
    },
  },
  {
    name: 'what is removed for good is gone with all below it',
    needs: ['mkdir', 'remove'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folder = await mkdir(driver, emptyFolder, 'folder');
      const inside = await mkdir(driver, folder.id, 'inside');
      await purge(driver, folder.id);
      expect(await listAll(driver, emptyFolder)).toEqual([]);
      await expectCode(driver.stat({ id: folder.id }, patientCtx()), 'not_found');
      await expectCode(driver.stat({ id: inside.id }, patientCtx()), 'not_found');
      await expectCode(purge(driver, folder.id), 'not_found');
    },
  },
  {
    name: 'what is put into the trash is gone from its folder, or nothing happens and it is unsupported',
    needs: ['mkdir', 'remove'],
    async run({ driver, fixture: { emptyFolder } }) {
      const folder = await mkdir(driver, emptyFolder, 'folder');
      const outcome = await outcomeOf(
        has(driver.remove).call(driver, { ids: [folder.id], mode: 'trash' }, patientCtx()),
      );
      const refused = outcome instanceof StorageError && outcome.code === 'unsupported';
      expect(outcome === undefined || refused).toBe(true);
      expect(await namesIn(driver, emptyFolder)).toEqual(refused ? ['folder'] : []);
    },
  },
  {
    name: 'the root stays where it is',
    needs: ['mkdir', 'rename', 'move', 'copy', 'remove'],
    async run({ driver, fixture: { emptyFolder } }) {
      const id = driver.root;
      await expectCode(
        has(driver.rename).call(driver, { id, name: 'x' }, patientCtx()),
        'forbidden',
        'invalid_argument',
      );
      await expectCode(
        has(driver.move).call(driver, { ids: [id], to: emptyFolder }, patientCtx()),
        'forbidden',
        'invalid_argument',
      );
      await expectCode(
        has(driver.copy).call(driver, { ids: [id], to: emptyFolder }, patientCtx()),
        'forbidden',
        'invalid_argument',
      );
      await expectCode(purge(driver, id), 'forbidden', 'invalid_argument');
      expect(await listAll(driver, id)).not.toBeEmpty();
    },
  },
  {
    name: 'what is uploaded can be read back, no bytes at all included',
    needs: ['upload'],
    async run({ driver, fixture: { emptyFolder }, http }) {
      for (const text of ['hello', '', 'x'.repeat(200_000)]) {
        const name = `of ${text.length}.txt`;
        const entry = await upload(driver, { dir: emptyFolder, name: name }, textSource(text));
        expect(entry).toMatchObject({ name, kind: 'file', size: text.length });
        expect(await textOf({ driver, http }, entry)).toBe(text);
      }
      expect(await namesIn(driver, emptyFolder)).toHaveLength(3);
    },
  },
  {
    name: 'upload: a taken name is exists, and what was there stays',
    needs: ['upload'],
    async run({ driver, fixture: { emptyFolder, missing }, http }) {
      const entry = await upload(driver, { dir: emptyFolder, name: 'a.txt' }, textSource('first'));
      await expectCode(upload(driver, { dir: emptyFolder, name: 'a.txt' }, textSource('second')), 'exists');
      expect(await textOf({ driver, http }, entry)).toBe('first');
      await expectCode(upload(driver, { dir: missing, name: 'a.txt' }, textSource('x')), 'not_found');
    },
  },
  {
    name: 'upload: what is replaced gives way to the new file, and stays when that fails',
    needs: ['upload', 'mkdir'],
    async run({ driver, fixture: { emptyFolder, missing }, http }) {
      if (driver.traits.replacesAtOnce !== true) return; // it is never asked to
      const place = { dir: emptyFolder, name: 'a.txt' };
      const first = await upload(driver, place, textSource('first'));
      const replaces = first.id;
      const short = { ...textSource('abc'), size: 10 };
      await expectCode(upload(driver, { ...place, replaces }, short), 'protocol');
      expect(await textOf({ driver, http }, first)).toBe('first');
      const second = await upload(driver, { ...place, replaces }, textSource('the second'));
      expect(second).toMatchObject({ name: 'a.txt', kind: 'file', size: 10 });
      expect(await textOf({ driver, http }, second)).toBe('the second');
      expect(await namesIn(driver, emptyFolder)).toEqual(['a.txt']);
      expect(await driver.stat({ id: second.id }, patientCtx())).toMatchObject({ size: 10 });
      const other = await mkdir(driver, emptyFolder, 'folder');
      const elsewhere = { dir: other.id, name: 'a.txt', replaces: second.id };
      await expectCode(upload(driver, elsewhere, textSource('x')), 'invalid_argument');
      const folder = { dir: emptyFolder, name: 'folder', replaces: other.id };
      await expectCode(upload(driver, folder, textSource('x')), 'not_a_file', 'invalid_argument');
      await expectCode(
        upload(driver, { ...place, replaces: missing }, textSource('x')),
        'exists',
        'invalid_argument',
      );
      expect(await textOf({ driver, http }, second)).toBe('the second');
    },
  },
  {
    name: 'an upload that fails, ends early, is too long or is aborted leaves nothing behind',
    needs: ['upload'],
    async run({ driver, fixture: { emptyFolder } }) {
      const broken = streamSource(10, (controller) => controller.error(new Error('the client left')));
      expect(await outcomeOf(upload(driver, { dir: emptyFolder, name: 'broken' }, broken))).toBeInstanceOf(
        Error,
      );
      await expectCode(
        upload(driver, { dir: emptyFolder, name: 'short' }, { ...textSource('abc'), size: 10 }),
        'protocol',
      );
      await expectCode(
        upload(driver, { dir: emptyFolder, name: 'long' }, { ...textSource('abc'), size: 2 }),
        'protocol',
      );
      const leave = new AbortController();
      const endless = streamSource(10, () => leave.abort());
      await expectAbort(upload(driver, { dir: emptyFolder, name: 'aborted' }, endless, leave.signal));
      expect(await listAll(driver, emptyFolder)).toEqual([]);
    },
  },
  {
    name: 'writing under a signal that has fired rejects with an AbortError and changes nothing',
    needs: ['mkdir'],
    async run({ driver, fixture: { emptyFolder } }) {
      const ctx = patientCtx(AbortSignal.abort());
      await expectAbort(has(driver.mkdir).call(driver, { dir: emptyFolder, name: 'x' }, ctx));
      expect(await listAll(driver, emptyFolder)).toEqual([]);
    },
  },
];

async function one(answer: Promise<readonly Entry[]>): Promise<Entry> {
  const [first, second] = await answer;
  if (first === undefined || second !== undefined) throw new Error('wanted one entry in the answer');
  return first;
}

/** Where a file's content comes from. */
type Source = { readonly driver: Driver; readonly http: HttpClient | undefined };

function mkdir(driver: Driver, dir: EntryId, name: string): Promise<Entry> {
  return has(driver.mkdir).call(driver, { dir, name }, patientCtx());
}

function purge(driver: Driver, id: EntryId): Promise<void> {
  return has(driver.remove).call(driver, { ids: [id], mode: 'purge' }, patientCtx());
}

function upload(
  driver: Driver,
  to: { readonly dir: EntryId; readonly name: string; readonly replaces?: EntryId },
  source: UploadSource,
  signal?: AbortSignal,
): Promise<Entry> {
  return has(driver.upload).call(driver, { ...to, source }, patientCtx(signal));
}

/** What a file holds, as the driver reads it or as its link gives it. */
async function textOf({ driver, http }: Source, { id, size }: Entry): Promise<string> {
  if (driver.read !== undefined) {
    const stream = await driver.read({ id, start: 0, end: size }, patientCtx());
    return new TextDecoder().decode(await bytesOf(stream));
  }
  if (size === 0) return ''; // a cloud may give no link for nothing
  const { url, headers } = await has(driver.link).call(driver, { id, purpose: 'download' }, patientCtx());
  const { signal } = new AbortController();
  const response = await has(http).request({ method: 'GET', url, headers, signal });
  return text(response.body);
}

async function namesIn(driver: Driver, dir: EntryId): Promise<string[]> {
  return (await listAll(driver, dir)).map((entry) => entry.name).toSorted();
}

async function idsIn(driver: Driver, dir: EntryId): Promise<EntryId[]> {
  return (await listAll(driver, dir)).map((entry) => entry.id);
}

function textSource(text: string): UploadSource {
  const blob = new Blob([text]);
  return {
    size: blob.size,
    open: (start, end) => blob.slice(start, Math.max(end, blob.size)).stream(),
    hash: async ({ kind }) =>
      kind === 'gcid' ? shortGcid(text) : new Bun.CryptoHasher(kind).update(text).digest('hex'),
  };
}

/** The gcid of content of at most one block, 256 KiB: SHA-1 of the block's SHA-1 (protocol reference §4.1). */
function shortGcid(text: string): string {
  const hash = new Bun.CryptoHasher('sha1');
  if (text !== '') hash.update(new Bun.CryptoHasher('sha1').update(text).digest());
  return hash.digest('hex').toUpperCase();
}

/** A source that gives three bytes, and then does what `then` does. */
function streamSource(
  size: number,
  then: (controller: ReadableStreamDefaultController<Uint8Array>) => void,
): UploadSource {
  let pulls = 0;
  return {
    ...textSource(''),
    size,
    open: () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (pulls++ === 0) return controller.enqueue(new Uint8Array(3));
          then(controller);
          await new Promise(() => {}); // nothing more comes
        },
      }),
  };
}
