import type { ConfigField, ConfigProblem } from '../core/config-spec.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { SECRET_MASK } from './service.ts';

type Addition = StorageRecord['addition'];

/** A password inside an address, such as that of a proxy. */
const PASSWORD_IN_URL = /^([a-z][a-z\d+.-]*:\/\/[^\s/:@]*:)[^\s/]+(?=@)/i;

/**
 * An addition that may be shown: values of secret fields are masked, and passwords in addresses everywhere.
 *
 * @param fields of the driver; undefined when the kind is not known, so that every text might be a secret
 */
export function maskSecrets(fields: readonly ConfigField[] | undefined, addition: Addition): Addition {
  const secrets = secretNames(fields);
  return Object.fromEntries(
    Object.entries(addition).map(([name, value]) => [name, masked(value, secrets?.has(name) ?? true)]),
  );
}

/**
 * What a client sent, with what it left masked put back from what is stored. A mask that was edited is a problem: the
 * secret behind it is not known to the client.
 *
 * @param stored undefined for a new storage
 */
export function unmaskSecrets(
  fields: readonly ConfigField[],
  sent: Addition,
  stored: Addition = {},
): { readonly addition: Addition; readonly problems: readonly ConfigProblem[] } {
  const secrets = secretNames(fields);
  const problems: ConfigProblem[] = [];
  const entries = fields.flatMap(({ name, label }): [string, unknown][] => {
    if (!Object.hasOwn(sent, name)) return [];
    const value = sent[name];
    if (typeof value !== 'string' || !value.includes(SECRET_MASK)) return [[name, value]];
    const kept = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (kept !== undefined && masked(kept, secrets?.has(name) === true) === value) return [[name, kept]];
    problems.push({ field: name, message: `${label}: enter it again, what is shown stands for a secret.` });
    return [];
  });
  return { addition: Object.fromEntries(entries), problems };
}

function secretNames(fields: readonly ConfigField[] | undefined): ReadonlySet<string> | undefined {
  return fields && new Set(fields.filter(({ secret }) => secret === true).map(({ name }) => name));
}

function masked(value: unknown, secret: boolean): unknown {
  if (secret) return value === '' || value === null || typeof value === 'boolean' ? value : SECRET_MASK;
  return typeof value === 'string' ? value.replace(PASSWORD_IN_URL, `$1${SECRET_MASK}`) : value;
}
