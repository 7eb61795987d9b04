import type { ConfigProblem } from '../core/config-spec.ts';
import type { DriverType } from '../core/driver.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { unmaskSecrets } from './secrets.ts';
import { ConfigError, type StorageInput } from './service.ts';

const MAX_CACHE_MINUTES = 60 * 24 * 365;
const MAX_TEXT = 65_536;

/**
 * What a client sent, checked and brought into the form that is stored: masked secrets put back, unknown settings of the driver left
 * out, and a WebDAV policy that the kind can serve.
 *
 * @param stored the storage as it is; undefined for a new one
 * @throws ConfigError with every problem, common fields under their API names
 */
export function checkInput(
  input: StorageInput,
  type: DriverType<unknown>,
  stored?: StorageRecord,
): StorageInput {
  const { addition, problems: masks } = unmaskSecrets(type.config.fields, input.addition, stored?.addition);
  const parsed = type.config.parse(addition);
  const problems = [
    ...commonProblems(input),
    ...masks,
    ...('problems' in parsed
      ? parsed.problems.filter(({ field }) => !masks.some((m) => m.field === field))
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...input, addition, webdavPolicy: servablePolicy(input, type) };
}

function servablePolicy(
  { webdavPolicy }: StorageInput,
  type: DriverType<unknown>,
): StorageInput['webdavPolicy'] {
  const noLinks = type.abilities?.givesLinks === false;
  return noLinks && webdavPolicy !== 'use_proxy_url' ? 'native_proxy' : webdavPolicy;
}

function commonProblems(input: StorageInput): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (field: string, holds: boolean, message: string): void => {
    if (!holds) problems.push({ field, message });
  };
  const { order, cacheExpiration, remark, downProxyUrl } = input;
  check('order', Number.isSafeInteger(order), 'Order must be a whole number.');
  check(
    'cache_expiration',
    Number.isInteger(cacheExpiration) && cacheExpiration >= 0 && cacheExpiration <= MAX_CACHE_MINUTES,
    'Cache expiration must be whole minutes, at most a year.',
  );
  check(
    'remark',
    remark.length <= MAX_TEXT && remark.isWellFormed(),
    'Remark is too long or not valid text.',
  );
  check(
    'down_proxy_url',
    isProxyList(downProxyUrl),
    'Download proxies must be http or https addresses, one a line.',
  );
  return problems;
}

/** Clients are redirected to these, so nothing but web addresses will do. */
function isProxyList(text: string): boolean {
  const lines = text.split('\n').map((line) => line.trim());
  return text.length <= MAX_TEXT && lines.every((line) => line === '' || isWebAddress(line));
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
