import { StorageError } from '../core/errors.ts';

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/;
const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'ENODATA']);

/** Says in words why no answer came from `host`. Never repeats the URL, which may be signed. */
export function connectionError(host: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const code = codeOf(cause);
  if (CERTIFICATE.test(code)) {
    return new StorageError('unavailable', `The certificate of ${host} can't be trusted.`, {
      retry: 'later',
      detail: {
        vendorCode: code,
        reason: 'bad_certificate',
        params: { host },
        remedy: 'Something between this server and the cloud answers in its place, or the clock is wrong.',
      },
      cause,
    });
  }
  const unknown = UNKNOWN_HOST.has(code);
  const message = unknown ? `The name ${host} can't be resolved.` : `No connection to ${host}.`;
  return new StorageError('unavailable', message, {
    retry: 'later',
    detail: {
      ...(code === '' ? {} : { vendorCode: code }),
      reason: unknown ? 'unknown_host' : 'no_connection',
      params: { host },
      remedy: "Check this server's network and the storage's egress.",
    },
    cause,
  });
}

/** The proxy answered `CONNECT` with something else than 200. */
export function proxyRefusal(status: number): StorageError {
  const vendorCode = String(status);
  if (status === 407) {
    return new StorageError('misconfigured', 'The proxy does not accept this user name and password.', {
      detail: {
        vendorCode,
        reason: 'proxy_credentials',
        remedy: "Correct the credentials in the storage's egress.",
      },
    });
  }
  const forbidden = status === 403 || status === 405;
  return new StorageError('unavailable', `The proxy refused to connect (status ${status}).`, {
    retry: 'later',
    detail: {
      vendorCode,
      reason: forbidden ? 'proxy_forbids' : 'proxy_refuses',
      params: { status },
      remedy: forbidden ? 'The proxy does not allow this host. Use another proxy.' : 'Check the proxy.',
    },
  });
}

/** No head within `ms`. */
export function headTimeout(host: string, ms: number): StorageError {
  return new StorageError('timeout', `${host} did not answer within ${Math.round(ms / 1000)} seconds.`, {
    retry: 'later',
    detail: {
      reason: 'no_answer',
      params: { host, seconds: Math.round(ms / 1000) },
      remedy: "Check this server's network and the storage's egress.",
    },
  });
}

/** A body that stopped coming. */
export function bodyStalled(host: string, ms: number): StorageError {
  return new StorageError('timeout', `${host} sent nothing for ${Math.round(ms / 1000)} seconds.`, {
    retry: 'later',
    detail: { reason: 'body_stalled', params: { host, seconds: Math.round(ms / 1000) } },
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
