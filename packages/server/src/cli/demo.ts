import { startSandbox } from '@sluice/sandbox';
import type { AppOverrides } from '../wiring/parts.ts';
import { normalizePath } from '../core/path.ts';

/** A stand-in for the cloud that runs inside this process, and what a gateway needs to use it. */
export interface Demo {
  readonly overrides: AppOverrides;
  /** One line for the person who started it. */
  readonly description: string;
  stop(): Promise<void>;
}

type FirstStorage = NonNullable<AppOverrides['firstStorages']>[number];

/** Starts the sandbox. Links lead to its plain port on loopback, so that a browser can follow a redirect. */
export async function startDemo(): Promise<Demo> {
  const sandbox = await startSandbox({ httpLinks: true });
  const ca = sandbox.caPem;
  const proxy = (port: number) => ({ kind: 'proxy' as const, proxyUrl: `http://127.0.0.1:${port}`, ca });
  return {
    overrides: {
      demo: true,
      egress: {
        sandbox: proxy(sandbox.proxyPort),
        'sandbox-eu': proxy(sandbox.proxyPortEu),
        'sandbox-direct': { kind: 'direct', connectTo: { host: '127.0.0.1', port: sandbox.port }, ca },
      },
      firstStorages: [
        demoStorage('/demo', 'PikPak', {
          username: 'demo@sluice.test',
          password: 'sluice-demo',
          egress: 'sandbox-direct',
        }),
        demoStorage('/demo-share', 'PikPakShare', {
          share_id: 'VNsandboxOpenShare00001',
          egress: 'sandbox-direct',
        }),
      ],
    },
    description:
      'Demo: a stand-in for PikPak runs in this process. /demo is an account, /demo-share a share; nothing is real.',
    stop: () => sandbox.stop(),
  };
}

function demoStorage(path: string, driver: string, addition: FirstStorage['addition']): FirstStorage {
  return {
    mountPath: normalizePath(path),
    order: 0,
    driver,
    cacheExpiration: 30,
    addition,
    remark: 'Made by demo mode. Remove it whenever you like.',
    disabled: false,
    disableIndex: false,
    enableSign: false,
    orderBy: '',
    orderDirection: '',
    extractFolder: '',
    webProxy: false,
    webdavPolicy: 'auto',
    proxyRange: false,
    downProxyUrl: '',
    downProxySign: true,
  };
}
