import type { Quota } from '../../../core/entry.ts';
import { parentOf, type TreePath } from '../../../core/path.ts';
import type { Lock } from '../../../resources/locks.ts';
import type { StoredProperty } from '../../../resources/properties.ts';
import type { Node } from '../../../vfs/view.ts';
import { hrefIn, hrefOf } from '../base.ts';
import { DavFailure } from '../failure.ts';
import { LIVE_PROPERTIES, type LiveProperty, liveProperty } from '../live-properties.ts';
import { NOT_FOUND, OK, propResponse, sendMultistatus, statusResponse } from '../multistatus.ts';
import { type DavRequest, depthOf, fullPath, headerOf, hrefOfFull, readBody } from '../request.ts';
import { DAV, davChild, elementsOf, type XmlElement } from '../xml/element.ts';
import { MAX_XML_BYTES, parseXml } from '../xml/parse.ts';
import { emptyElement } from '../xml/write.ts';

/** A property that is asked for by name. */
interface Name {
  readonly uri: string;
  readonly local: string;
}

/** What a PROPFIND asks for (RFC 4918 §14.20). */
type Wanted =
  | { readonly kind: 'names' }
  | { readonly kind: 'all'; readonly include: readonly Name[] }
  | { readonly kind: 'some'; readonly names: readonly Name[] };

const EVERYTHING: Wanted = { kind: 'all', include: [] };
/** Most properties in one question. */
const MAX_NAMES = 500;
/** Characters of all of them: each entry of a listing says which of them it doesn't have. */
const MAX_NAME_CHARS = 32_768;
/** Most resources in an answer of endless depth. */
const MAX_DEEP = 100_000;
const MAX_DEEP_LEVELS = 100;

/** RFC 4918 §9.1. Endless depth is refused unless the settings allow it: a cloud's whole tree is thousands of calls. */
export async function propfind(request: DavRequest): Promise<void> {
  const depth = depthOf(request, ['0', '1', 'infinity']);
  const wanted = wantedIn(await readBody(request, MAX_XML_BYTES));
  if (depth === 'infinity' && request.door.settings.get('webdav_infinite_depth') !== 'true') {
    throw new DavFailure(403, 'listings of endless depth are off', { name: 'propfind-finite-depth' });
  }
  const node = await request.view.get(request.path, request.ctx);
  const teller = await tellerFor(request, wanted);
  if (node.entry.kind === 'file' || depth === '0') {
    return sendMultistatus(request.res, single(request, node, teller));
  }
  if (depth === '1') return sendMultistatus(request.res, folder(request, request.path, teller));
  await sendMultistatus(request.res, deep(request, teller));
}

/** @throws DavFailure 400 for XML that is none, or asks nothing. */
function wantedIn(body: Uint8Array): Wanted {
  if (body.length === 0) return EVERYTHING;
  const root = parseXml(body);
  if (root.uri !== DAV || root.local !== 'propfind') throw new DavFailure(400, 'the body is no propfind');
  if (davChild(root, 'propname') !== undefined) return { kind: 'names' };
  if (davChild(root, 'allprop') !== undefined) {
    const include = davChild(root, 'include');
    return { kind: 'all', include: include === undefined ? [] : namesIn(include) };
  }
  const prop = davChild(root, 'prop');
  if (prop === undefined) throw new DavFailure(400, 'the propfind asks for nothing');
  return { kind: 'some', names: namesIn(prop) };
}

function namesIn(element: XmlElement): Name[] {
  const names = elementsOf(element).map(({ uri, local }) => ({ uri, local }));
  if (names.length > MAX_NAMES) throw new DavFailure(400, `more than ${MAX_NAMES} properties are asked for`);
  const chars = names.reduce((sum, { uri, local }) => sum + uri.length + local.length, 0);
  if (chars > MAX_NAME_CHARS) throw new DavFailure(400, 'the names of the properties are too long');
  return names;
}

/** What is stored beside the storage: on one resource, or on all of a folder. */
interface Remembered {
  readonly locks: ReadonlyMap<string, readonly Lock[]>;
  readonly stored: ReadonlyMap<string, readonly StoredProperty[]>;
}

/** Tells of nodes what was asked. */
interface Teller {
  readonly wanted: Wanted;
  readonly quota: Quota | undefined;
  /** True for clients that don't want to hear what there isn't (RFC 8144 §2.1; `Brief` is Microsoft's). */
  readonly brief: boolean;
  /** True for `Depth: 1,noroot`, in which Microsoft's clients leave out the folder itself. */
  readonly withoutRoot: boolean;
}

async function tellerFor(request: DavRequest, wanted: Wanted): Promise<Teller> {
  const names = wanted.kind === 'some' ? wanted.names : wanted.kind === 'all' ? wanted.include : [];
  const asksQuota = names.some(({ uri, local }) => uri === DAV && local.startsWith('quota-'));
  const quota = asksQuota ? await request.view.quota(request.path, request.ctx) : undefined;
  const brief =
    /(?:^|,)\s*return=minimal\b/i.test(headerOf(request, 'prefer') ?? '') ||
    headerOf(request, 'brief')?.trim().toLowerCase() === 't';
  const withoutRoot = /,\s*noroot\s*$/i.test(headerOf(request, 'depth') ?? '');
  return { wanted, quota, brief, withoutRoot };
}

async function* single(request: DavRequest, node: Node, teller: Teller): AsyncGenerator<string> {
  const href = hrefOf(request.base, node.path, node.entry.kind === 'folder');
  yield tell(request, { node, href }, await rememberedAt(request, node.fullPath), teller);
}

async function* folder(request: DavRequest, path: TreePath, teller: Teller): AsyncGenerator<string> {
  const here = await rememberedAt(request, fullPath(request, path));
  const inside = await rememberedIn(request, fullPath(request, path));
  const own = hrefOf(request.base, path, true);
  let told = false;
  for await (const nodes of request.view.pages(path, request.ctx)) {
    for (const node of nodes) {
      if (told) yield tell(request, childOf(own, node), inside, teller);
      else if (!teller.withoutRoot) yield tell(request, { node, href: own }, here, teller);
      told = true;
    }
  }
}

/** A node and its address. */
interface Addressed {
  readonly node: Node;
  readonly href: string;
}

function childOf(folderHref: string, node: Node): Addressed {
  return { node, href: hrefIn(folderHref, node.entry.name, node.entry.kind === 'folder') };
}

/** Folder by folder, each before those inside it. */
async function* deep(request: DavRequest, teller: Teller): AsyncGenerator<string> {
  const waiting: { readonly path: TreePath; readonly level: number }[] = [{ path: request.path, level: 0 }];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, level } = next;
    const inside = await rememberedIn(request, fullPath(request, path));
    for await (const nodes of request.view.pages(path, request.ctx)) {
      for (const node of nodes) {
        if (node.path === path && level > 0) continue; // told as its folder's child
        count += 1;
        if (count > MAX_DEEP || level > MAX_DEEP_LEVELS) {
          yield statusResponse(hrefOf(request.base, path, true), 'HTTP/1.1 507 Insufficient Storage');
          return;
        }
        const memory = node.path === path ? await rememberedAt(request, node.fullPath) : inside;
        const href = hrefOf(request.base, node.path, node.entry.kind === 'folder');
        yield tell(request, { node, href }, memory, teller);
        if (node.path !== path && node.entry.kind === 'folder')
          waiting.push({ path: node.path, level: level + 1 });
      }
    }
  }
}

async function rememberedAt({ door }: DavRequest, full: TreePath): Promise<Remembered> {
  const { locks, properties } = door.resources;
  return {
    locks: new Map([[full, await locks.covering(full)]]),
    stored: new Map([[full, await properties.of(full)]]),
  };
}

/** Of everything right in a folder, with two questions to the store. */
async function rememberedIn({ door }: DavRequest, full: TreePath): Promise<Remembered> {
  const { locks, properties } = door.resources;
  const fromAbove = (await locks.covering(full)).filter((lock) => lock.deep);
  const inside = (await locks.below(full)).filter(({ path }) => parentOf(path as TreePath) === full);
  const byPath = new Map<string, Lock[]>([['', fromAbove]]);
  for (const lock of inside) byPath.set(lock.path, [...(byPath.get(lock.path) ?? fromAbove), lock]);
  return { locks: byPath, stored: Map.groupBy(await properties.inFolder(full), ({ path }) => path) };
}

function tell(request: DavRequest, { node, href }: Addressed, memory: Remembered, teller: Teller): string {
  const stored = memory.stored.get(node.fullPath) ?? [];
  const context = {
    client: request.client,
    locks: memory.locks.get(node.fullPath) ?? memory.locks.get('') ?? [],
    quota: teller.quota,
    rootOf: (lock: Lock) => hrefOfFull(request, lock.path as TreePath),
  };
  const value = (property: LiveProperty): string | undefined => property.value(node, context);
  const { wanted } = teller;
  if (wanted.kind === 'names') {
    const live = LIVE_PROPERTIES.filter((property) => value(property) !== undefined);
    const props = [...live, ...stored.map(({ namespace, name }) => ({ uri: namespace, local: name }))];
    return propResponse(href, [
      { status: OK, props: props.map((p) => emptyElement(p.uri, p.local)).join('') },
    ]);
  }
  const found: string[] = [];
  const missing: string[] = [];
  if (wanted.kind === 'all') {
    for (const property of LIVE_PROPERTIES) {
      const text = property.inAll ? value(property) : undefined;
      if (text !== undefined) found.push(element(property, text));
    }
    for (const one of stored) found.push(one.value);
  }
  for (const { uri, local } of wanted.kind === 'some' ? wanted.names : wanted.include) {
    const property = liveProperty(uri, local);
    const text = property && value(property);
    const dead = stored.find(({ namespace, name }) => namespace === uri && name === local);
    if (property !== undefined && text !== undefined) found.push(element(property, text));
    else if (dead !== undefined) found.push(dead.value);
    else missing.push(emptyElement(uri, local));
  }
  const stats = [{ status: OK, props: found.join('') }];
  if (missing.length === 0 || teller.brief) return propResponse(href, stats);
  const absent = { status: NOT_FOUND, props: missing.join('') };
  return propResponse(href, found.length === 0 ? [absent] : [...stats, absent]);
}

function element({ uri, local }: LiveProperty, content: string): string {
  const name = uri === DAV ? `D:${local}` : `oc:${local}`;
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
