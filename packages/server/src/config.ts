/** The version of this program; a test holds it to the one in package.json. */
export const VERSION = '0.1.0';

/** Why the gateway can't start, for the person who starts it: one line for each problem. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** How verbose the log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a gateway needs to be told before it has a store to keep settings in. */
export interface AppConfig {
  readonly host: string;
  readonly port: number;
  /** Folder of the database and the key file. */
  readonly data: string;
  /** Password of the first admin; generated when absent. */
  readonly adminPassword: string | undefined;
  /** Seals secrets in the store; a key file when absent. */
  readonly secretKey: string | undefined;
  /** Addresses and ranges, separated by commas. */
  readonly trustedProxies: string;
  readonly logLevel: LogLevel;
  /** Lets the web server in front move the bytes of downloads; absent when the gateway does. */
  readonly offload?: { readonly hosts: readonly string[] };
}

/** One setting: its name everywhere, its default, what it is for. */
interface Setting {
  readonly name: keyof AppConfig | 'offloadHosts' | 'databaseUrl';
  readonly env: `SLUICE_${string}`;
  readonly default: string;
  readonly help: string;
  /** What is wrong with a value, as a sentence; undefined when it holds. Secrets are not repeated. */
  readonly check?: (value: string) => string | undefined;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const MIN_SECRET_LENGTH = 16;

/** Every setting of the process, in the order in which `serve --help` lists them. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'host',
    env: 'SLUICE_HOST',
    default: '127.0.0.1',
    help: 'address to listen on; 0.0.0.0 for the whole network',
  },
  {
    name: 'port',
    env: 'SLUICE_PORT',
    default: '5244',
    help: 'port to listen on',
    check: (value) =>
      /^\d+$/.test(value) && Number(value) <= 65_535
        ? undefined
        : `The port "${value}" is not a number between 0 and 65535. Set SLUICE_PORT or --port.`,
  },
  { name: 'data', env: 'SLUICE_DATA', default: './data', help: 'folder of the database and the key file' },
  {
    name: 'adminPassword',
    env: 'SLUICE_ADMIN_PASSWORD',
    default: '',
    help: 'password of admin at the first start; generated when empty',
  },
  {
    name: 'secretKey',
    env: 'SLUICE_SECRET_KEY',
    default: '',
    help: 'seals saved passwords and tokens, at least 16 characters; a key file when empty',
    check: (value) =>
      value.length >= MIN_SECRET_LENGTH
        ? undefined
        : `SLUICE_SECRET_KEY is too short: give it at least ${MIN_SECRET_LENGTH} characters.`,
  },
  {
    name: 'trustedProxies',
    env: 'SLUICE_TRUSTED_PROXIES',
    default: '',
    help: 'proxies whose X-Forwarded headers are believed: addresses or ranges, with commas',
  },
  {
    name: 'logLevel',
    env: 'SLUICE_LOG',
    default: 'info',
    help: 'debug, info, warn or error',
    check: (value) =>
      levelNamed(value) === undefined
        ? `The log level "${value}" is not one of ${LEVELS.join(', ')}. Set SLUICE_LOG.`
        : undefined,
  },
  {
    name: 'offload',
    env: 'SLUICE_OFFLOAD',
    default: '',
    help: 'x-accel: the nginx in front moves the bytes of downloads (docs/operations.md)',
    check: (value) =>
      value === 'x-accel' ? undefined : `SLUICE_OFFLOAD is "${value}"; the one way there is, is x-accel.`,
  },
  {
    name: 'offloadHosts',
    env: 'SLUICE_OFFLOAD_HOSTS',
    default: '',
    help: 'hosts that nginx may be sent to, with commas; *.name for all below a name',
    check: (value) => {
      const wrong = hostsIn(value).find((host) => !/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(host));
      return wrong === undefined ? undefined : `SLUICE_OFFLOAD_HOSTS: "${wrong}" is no host name.`;
    },
  },
  {
    name: 'databaseUrl',
    env: 'SLUICE_DATABASE_URL',
    default: '',
    help: 'not supported by this version',
    check: () => 'SLUICE_DATABASE_URL is set, but this version keeps its data in SQLite only. Unset it.',
  },
];

/**
 * The configuration from the environment, overridden by flags. Blank values count as absent.
 *
 * @throws StartError naming every setting whose value can't be used
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: Partial<Record<'host' | 'port' | 'data', string>> = {},
): AppConfig {
  const given = (setting: Setting): string => {
    const { name } = setting;
    const flag = name === 'host' || name === 'port' || name === 'data' ? flags[name] : undefined;
    return (flag ?? env[setting.env] ?? '').trim();
  };
  const problems = SETTINGS.flatMap((setting) => {
    const value = given(setting);
    return (value === '' ? undefined : setting.check?.(value)) ?? [];
  });
  if (problems.length > 0) throw new StartError(problems.join('\n'));
  const value = (name: Setting['name']): string => {
    const setting = SETTINGS.find((known) => known.name === name);
    return setting === undefined ? '' : given(setting) || setting.default;
  };
  return {
    host: value('host'),
    port: Number(value('port')),
    data: value('data'),
    adminPassword: value('adminPassword') || undefined,
    secretKey: value('secretKey') || undefined,
    trustedProxies: value('trustedProxies'),
    logLevel: levelNamed(value('logLevel')) ?? 'info',
    ...offloadOf(value),
  };
}

/** @throws StartError when the switch is on and something that it needs is missing */
function offloadOf(value: (name: Setting['name']) => string): Pick<AppConfig, 'offload'> {
  if (value('offload') === '') return {};
  const hosts = hostsIn(value('offloadHosts'));
  const missing = [
    ...(hosts.length === 0
      ? ['SLUICE_OFFLOAD_HOSTS to the hosts of your clouds, such as *.example.com']
      : []),
    ...(value('trustedProxies') === '' ? ['SLUICE_TRUSTED_PROXIES to the address of nginx'] : []),
  ];
  if (missing.length > 0) throw new StartError(`SLUICE_OFFLOAD is on; set ${missing.join(', and ')}.`);
  return { offload: { hosts } };
}

function hostsIn(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== '');
}

function levelNamed(text: string): LogLevel | undefined {
  return LEVELS.find((known) => known === text.toLowerCase());
}
