import { sendFile } from '../../download/send-file.ts';
import { wholeFile } from '../../download/whole-file.ts';
import { sendRedirect, tellDelivery } from '../../redirect.ts';
import { visitorOf, wantedRange } from '../../visitor.ts';
import { DavFailure } from '../failure.ts';
import { answer, type DavRequest } from '../request.ts';

/** GET, HEAD, and POST, which some clients send for GET (API reference §7.2): a file by the storage's `webdav_policy`. */
export async function get(request: DavRequest): Promise<void> {
  const { req, res, view, path, door, user } = request;
  const client = { ...request.ctx.client, user: user.id };
  const ctx = { ...request.ctx, client, priority: 'play' } as const;
  const node = await view.get(path, ctx);
  if (node.entry.kind === 'folder') {
    if (req.method !== 'HEAD') throw new DavFailure(405, 'a folder has no content; list it with PROPFIND');
    res.setHeader('Content-Type', 'httpd/unix-directory');
    return answer(request, 200);
  }
  const opened = await view.open(path, ctx);
  const file = req.method === 'HEAD' ? opened : await wholeFile(opened, ctx);
  // HEAD is answered here: everything that it tells is known.
  if (req.method !== 'HEAD') {
    const ask = { ...visitorOf(req, door.trusted), door: 'webdav', range: wantedRange(req) } as const;
    const plan = await door.deliveries.plan(file, ask, ctx);
    tellDelivery(res, plan);
    if (plan.location !== undefined) return sendRedirect(res, plan.location);
  }
  await sendFile(req, res, { file, disposition: 'inline', ctx }, door.gateway);
}
