import type { StoredBlob } from '../drive/node.ts';
import { DONE, type Outcome } from '../drive/changes/task-list.ts';
import { gcidOf } from '../gcid.ts';
import { concatBlobs } from '../blobs.ts';
import type { CloudRules } from '../rules.ts';
import type { Works } from '../drive/changes/works.ts';
import type { KnownContents } from './known-content.ts';
import { type Spool, spooledBlob, type SpooledFile } from './spool.ts';
import type { Upload } from './uploads.ts';

/** What ends an upload. */
export interface FinishDeps {
  readonly rules: CloudRules;
  readonly known: KnownContents;
  publish(content: StoredBlob): void;
}

/** What takes an upload's bytes. */
export interface DeliverDeps {
  readonly now: () => number;
  readonly rules: CloudRules;
  readonly works: Works;
  readonly spool: Spool;
}

/**
 * Takes what was put under an upload's key, in place of what was there before: the file is complete some time later (protocol
 * reference §4.8, rule U9). Content of another length than announced never completes it. The hash is looked at only when the rule
 * says so.
 */
export async function deliver(
  deps: DeliverDeps,
  upload: Upload,
  files: readonly SpooledFile[],
): Promise<void> {
  const { rules, works, spool } = deps;
  if (upload.settled === true) return spool.discard(files);
  const blob = concatBlobs(
    files.map((file) => spooledBlob(file, upload.mimeType)),
    upload.mimeType,
  );
  const fits = blob.size === upload.size || !rules.verifyLength;
  const genuine = !rules.verifyGcid || !fits || (await gcidOf(blob)) === upload.gcid;
  spool.discard(upload.delivery?.files ?? []);
  upload.delivery = { blob, files, genuine };
  const dueAt = fits ? deps.now() + (upload.delayMs ?? rules.uploadDelayMs) : Number.POSITIVE_INFINITY;
  works.of(upload.drive).tasks.setDue(upload.taskId, dueAt);
}

/** The effect of an upload's task: the pending file becomes complete, or an error. Messages are those of §5.3. */
export function finishUpload(
  deps: FinishDeps,
  upload: Upload,
  how: { readonly at: number; readonly failure?: string },
): Outcome {
  const { tree } = upload.drive;
  const node = tree.get(upload.fileId);
  if (node?.kind !== 'file' || upload.delivery === undefined) return { ok: false, message: 'File deleted' };
  const { blob, genuine } = upload.delivery;
  const failure = how.failure ?? (genuine ? undefined : 'Save failed, retry please');
  if (failure !== undefined) {
    tree.replace({ ...node, phase: 'PHASE_TYPE_ERROR' });
    return { ok: false, message: failure };
  }
  upload.settled = true;
  const content = { ...node.content, blob };
  deps.publish(content);
  deps.known.add({ content });
  tree.replace({
    ...node,
    content,
    phase: 'PHASE_TYPE_COMPLETE',
    linksFrom: how.at + deps.rules.linkDelayMs,
  });
  return DONE;
}
