import type { Allowance, Allowances } from '../../core/cloud-job.ts';
import type { Ctx } from '../../core/driver.ts';
import type { DriveFiles } from './drive-files.ts';
import { countOf, type JsonObject, objectOf, textOf, timeOf } from './wire.ts';

/** What the account may use besides space (protocol reference §3.11): three calls. */
export async function readAllowances(files: Pick<DriveFiles, 'get'>, ctx: Ctx): Promise<Allowances> {
  const [about, vip, transfer] = await Promise.all([
    files.get('/drive/v1/about', {}, ctx),
    files.get('/drive/v1/privilege/vip', {}, ctx),
    files.get('/vip/v1/quantity/list', { type: 'transfer', limit: '200' }, ctx),
  ]);
  const quotas = objectOf(about['quotas']) ?? {};
  const month = objectOf(transfer['transfer']) ?? objectOf(transfer['base']) ?? {};
  return {
    ...set('offlineJobs', countedBy(objectOf(quotas['cloud_download']), 'usage', 'limit')),
    ...set('download', countedBy(objectOf(month['download']), 'assets', 'total_assets')),
    ...set('upload', countedBy(objectOf(month['upload']), 'assets', 'total_assets')),
    ...set('offline', countedBy(objectOf(month['offline']), 'assets', 'total_assets')),
    ...planOf(vip),
  };
}

function set<K extends keyof Allowances>(name: K, value: Allowance | undefined) {
  const found: { [P in K]?: Allowance } = {};
  if (value !== undefined) found[name] = value;
  return found;
}

/** A total of 0 with nothing used is how a plan without this looks; it is told as it is. */
function countedBy(json: JsonObject | undefined, used: string, total: string): Allowance | undefined {
  const usage = countOf(json?.[used]);
  const limit = countOf(json?.[total]);
  if (usage === undefined) return undefined;
  return { used: usage, ...(limit === undefined ? {} : { total: limit }) };
}

/** `data` counts only when `result` is `ACCEPTED` (§3.11). */
function planOf(vip: JsonObject): Pick<Allowances, 'plan' | 'paidUntil'> {
  const data = vip['result'] === 'ACCEPTED' ? (objectOf(vip['data']) ?? {}) : {};
  const plan = textOf(data['type']);
  const paidUntil = timeOf(data['expire']);
  return { ...(plan === '' ? {} : { plan }), ...(paidUntil === undefined ? {} : { paidUntil }) };
}
