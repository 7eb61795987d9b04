/** Where the gateway is and what the worker may do. */
export interface EdgeConfig {
  /** Origin of the gateway, and its path where it has one; without a slash at the end. */
  readonly address: string;
  /** Key of the signs, and what the gateway lets `fs/link` be called with. */
  readonly token: string;
  /** Serve paths without a sign. */
  readonly signDisabled: boolean;
  /** Hosts that links may lead to: exact names, or `*.name` for all below one. Empty: any public host. */
  readonly allowedHosts: readonly string[];
}

/** Why the worker can't run, for the person who set it up. */
export class EdgeConfigError extends Error {
  override readonly name = 'EdgeConfigError';
}

/**
 * The configuration from variables with the names that AList's workers use (API reference §5.4), and `ALLOWED_HOSTS`.
 *
 * @throws EdgeConfigError with one line for each problem. The token is never repeated
 */
export function readEdgeConfig(env: Readonly<Record<string, unknown>>): EdgeConfig {
  const text = (name: string): string => {
    const value = env[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const address = text('ADDRESS').replace(/\/+$/, '');
  const token = text('TOKEN');
  const hosts = text('ALLOWED_HOSTS')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== '');
  const problems = [
    ...(isAddress(address)
      ? []
      : ['Set ADDRESS to the address of the gateway, such as https://files.example.com.']),
    ...(token === ''
      ? ['Set TOKEN to the token for download proxies that the gateway gives its admin.']
      : []),
    ...hosts
      .filter((host) => !isHostPattern(host))
      .map((host) => `ALLOWED_HOSTS: "${host}" is no host name.`),
  ];
  if (problems.length > 0) throw new EdgeConfigError(problems.join('\n'));
  return { address, token, signDisabled: /^(?:1|true)$/i.test(text('DISABLE_SIGN')), allowedHosts: hosts };
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  );
}

function isHostPattern(text: string): boolean {
  return /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$|^\[[0-9a-f:.]+\]$/.test(text);
}
