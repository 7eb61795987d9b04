import type { PropertyChange } from '../../../resources/properties.ts';
import { hrefOf } from '../base.ts';
import { DavFailure } from '../failure.ts';
import { checkLocks } from '../guard.ts';
import { liveProperty } from '../live-properties.ts';
import { OK, type PropStat, propResponse, sendMultistatus } from '../multistatus.ts';
import { type DavRequest, fullPath, readBody } from '../request.ts';
import { DAV, elementsOf, type XmlElement } from '../xml/element.ts';
import { MAX_XML_BYTES, parseXml } from '../xml/parse.ts';
import { emptyElement, writeElement } from '../xml/write.ts';

const MAX_CHANGES = 500;

/** RFC 4918 §9.2: sets and removes properties in the order of the document, all or none. Those that the gateway tells itself can't be set. */
export async function proppatch(request: DavRequest): Promise<void> {
  const { view, path, ctx, base, door, res } = request;
  const changes = changesIn(await readBody(request, MAX_XML_BYTES));
  const node = await view.get(path, ctx);
  await checkLocks(request, [{ path }]);
  const isProtected = ({ namespace, name }: PropertyChange): boolean =>
    namespace === DAV || liveProperty(namespace, name) !== undefined;
  const refused = changes.filter(isProtected);
  if (refused.length === 0) await door.resources.properties.change(fullPath(request, path), changes);
  const stats: PropStat[] =
    refused.length === 0
      ? [{ status: OK, props: names(changes) }]
      : [
          {
            status: 'HTTP/1.1 403 Forbidden',
            props: names(refused),
            error: '<D:cannot-modify-protected-property/>',
          },
          {
            status: 'HTTP/1.1 424 Failed Dependency',
            props: names(changes.filter((one) => !isProtected(one))),
          },
        ].filter(({ props }) => props !== '');
  const href = hrefOf(base, path, node.entry.kind === 'folder');
  await sendMultistatus(res, only(propResponse(href, stats)));
}

async function* only(text: string): AsyncGenerator<string> {
  yield text;
}

function changesIn(body: Uint8Array): PropertyChange[] {
  const root = parseXml(body);
  if (root.uri !== DAV || root.local !== 'propertyupdate') {
    throw new DavFailure(400, 'the body is no propertyupdate');
  }
  const changes = elementsOf(root)
    .filter(({ uri, local }) => uri === DAV && (local === 'set' || local === 'remove'))
    .flatMap((step) => propsOf(step).map((prop) => changeOf(step, prop)));
  if (changes.length === 0 || changes.length > MAX_CHANGES) {
    throw new DavFailure(400, `a propertyupdate changes 1 to ${MAX_CHANGES} properties`);
  }
  return changes;
}

function propsOf(step: XmlElement): XmlElement[] {
  return elementsOf(step)
    .filter(({ uri, local }) => uri === DAV && local === 'prop')
    .flatMap(elementsOf);
}

function changeOf(step: XmlElement, prop: XmlElement): PropertyChange {
  const key = { namespace: prop.uri, name: prop.local };
  return step.local === 'remove' ? key : { ...key, value: writeElement(prop) };
}

function names(changes: readonly PropertyChange[]): string {
  return changes.map(({ namespace, name }) => emptyElement(namespace, name)).join('');
}
