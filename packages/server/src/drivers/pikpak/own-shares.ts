import type { Ctx, OpTable } from '../../core/driver.ts';
import type { OwnShare, OwnSharePage } from '../../core/share-address.ts';
import { StorageError } from '../../core/errors.ts';
import { attempt } from './attempts.ts';
import type { ChangeTools } from './change-tools.ts';
import { cursorBehind, pageTokenOf } from './paging.ts';
import { batchesOf } from './tasks.ts';
import { countOf, type JsonObject, objectsOf, textOf, timeOf } from './wire.ts';

/** Stands for the list of shares where cursors name what they belong to. */
const CURSOR = '*shares';
const PAGE_SIZE = '100';
const MAX_DAYS = 3650;
const DAY_MS = 86_400_000;

/** The shares that an account has made (protocol reference §6.8). */
export class OwnShares {
  readonly #tools: ChangeTools;

  constructor(tools: ChangeTools) {
    this.#tools = tools;
  }

  async share({ ids, days, passCode }: OpTable['share']['args'], ctx: Ctx): Promise<OwnShare> {
    const { drive, apiRoot, env } = this.#tools.options;
    checkDays(days);
    const code = checkedCode(passCode);
    const [first] = await this.#tools.changeable(ids, ctx);
    const body = {
      file_ids: [...ids],
      share_to: code === undefined ? 'publiclink' : 'encryptedlink',
      expiration_days: days ?? -1,
      pass_code_option: code === undefined ? 'NOT_REQUIRED' : 'REQUIRED',
      ...(code ? { custom_pass_code: code } : {}),
    };
    // Made once: an answer that got lost would be a second share of the same.
    const answer = await drive.call({ root: apiRoot, method: 'POST', path: '/drive/v1/share', body }, ctx);
    const id = textOf(answer['share_id']);
    if (id === '') throw new StorageError('protocol', 'PikPak made a share, but does not say which.');
    const now = env.clock.now();
    return {
      id,
      url: textOf(answer['share_url']) || urlOf(id),
      passCode: textOf(answer['pass_code']),
      title: first?.name ?? '',
      created: now,
      ...(days === undefined ? {} : { expires: now + days * DAY_MS }),
      open: true,
    };
  }

  async list({ cursor }: OpTable['listShares']['args'], ctx: Ctx): Promise<OwnSharePage> {
    const { drive, apiRoot } = this.#tools.options;
    const pageToken = pageTokenOf(cursor, CURSOR);
    const query = { limit: PAGE_SIZE, thumbnail_size: 'SIZE_SMALL', page_token: pageToken };
    const answer = await drive.call(
      { root: apiRoot, method: 'GET', path: '/drive/v1/share/list', query },
      ctx,
    );
    const shares = objectsOf(answer['data']).flatMap((share) => readShare(share) ?? []);
    const page = { nextPageToken: textOf(answer['next_page_token']) };
    return { shares, ...cursorBehind(page, { folder: CURSOR, pageToken }) };
  }

  async unshare({ shareIds }: OpTable['unshare']['args'], ctx: Ctx): Promise<void> {
    const { drive, apiRoot, env } = this.#tools.options;
    for (const some of batchesOf(shareIds)) {
      const call = {
        root: apiRoot,
        method: 'POST',
        path: '/drive/v1/share:batchDelete',
        body: { ids: some },
      } as const;
      await attempt(() => drive.call(call, ctx), env, { signal: ctx.signal });
    }
  }
}

function readShare(json: JsonObject): OwnShare | undefined {
  const id = textOf(json['share_id']);
  if (id === '') return undefined;
  const created = timeOf(json['create_time']);
  const expires = timeOf(json['expiration_at']);
  const views = countOf(json['view_count']);
  const saves = countOf(json['restore_count']);
  return {
    id,
    url: textOf(json['share_url']) || urlOf(id),
    passCode: textOf(json['pass_code']),
    title: textOf(json['title']),
    ...(created === undefined ? {} : { created }),
    ...(expires === undefined || textOf(json['expiration_days']) === '-1' ? {} : { expires }),
    open: textOf(json['share_status']) === 'OK',
    ...(views === undefined ? {} : { views }),
    ...(saves === undefined ? {} : { saves }),
  };
}

function urlOf(id: string): string {
  return `https://mypikpak.com/s/${id}`;
}

function checkDays(days: number | undefined): void {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) return;
  throw new StorageError('invalid_argument', `A share lasts for good or for 1 to ${MAX_DAYS} days.`);
}

/** '' for one that PikPak is to make up; undefined for none. */
function checkedCode(code: string | undefined): string | undefined {
  if (code === undefined || code === '' || /^[A-Za-z0-9]{4,10}$/.test(code)) return code;
  throw new StorageError('invalid_argument', 'A pass code has 4 to 10 letters and digits.');
}
