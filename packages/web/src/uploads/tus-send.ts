import { isRecord, readText } from '../api/read.ts';
import type { SendFile, UploadEvents, UploadFailure } from './queue.ts';

const RETRY_DELAYS_MS = [1_000, 3_000, 10_000, 30_000];

/** Sends files by tus, which goes on after a broken line. The library is loaded with the first file. */
export function createTusSend(token: () => string, unreachable: () => string): SendFile {
  /** Where files stand that were begun: one that is tried again goes on there. */
  const begun = new WeakMap<File, string>();
  return (upload, events) => {
    let stop: (() => void) | undefined;
    let stopped = false;
    const begin = async (): Promise<void> => {
      const { Upload } = await import('tus-js-client');
      if (stopped) return;
      const { file, path, overwrite } = upload;
      const url = begun.get(file);
      const running = new Upload(file, {
        ...(url === undefined ? {} : { uploadUrl: url }),
        onUploadUrlAvailable: () => void begun.set(file, running.url ?? ''),
        endpoint: '/api/fs/tus',
        retryDelays: RETRY_DELAYS_MS,
        storeFingerprintForResuming: false,
        metadata: { path, overwrite: String(overwrite), modified: String(file.lastModified) },
        onBeforeRequest: (request) => request.setHeader('Authorization', token()),
        onProgress: (sent) => events.onProgress(sent),
        onSuccess: () => events.onDone(),
        onError: (error) => {
          const failure = failureOf(error, unreachable);
          if (failure.taken) begun.delete(file);
          if (!stopped) events.onFailure(failure);
        },
      });
      stop = () => void running.abort(true).catch(() => {}); // the gateway drops what nobody goes on with
      running.start();
    };
    begin().catch(() => failed(events, unreachable));
    return () => {
      stopped = true;
      stop?.();
    };
  };
}

function failed(events: UploadEvents, unreachable: () => string): void {
  events.onFailure({ taken: false, reason: unreachable() });
}

/** The gateway's own words where it has answered. */
function failureOf(error: unknown, unreachable: () => string): UploadFailure {
  const body =
    isRecord(error) && isRecord(error['originalResponse']) ? bodyOf(error['originalResponse']) : '';
  try {
    const envelope: unknown = JSON.parse(body);
    if (!isRecord(envelope)) throw new SyntaxError('no envelope');
    const data = isRecord(envelope['data']) ? envelope['data'] : {};
    return { taken: data['reason'] === 'exists', reason: readText(envelope['message']) };
  } catch {
    return { taken: false, reason: unreachable() };
  }
}

function bodyOf(response: Readonly<Record<string, unknown>>): string {
  const get = response['getBody'];
  return typeof get === 'function' ? String(get.call(response)) : '';
}
