import mime from 'mime';
import type { Blob } from '../../types.ts';
import { bytesBlob } from '../blobs.ts';
import type { FileNode, StoredBlob } from '../drive/node.ts';
import {
  bodyOf,
  type Change,
  type ChangeDeps,
  changedFileJson,
  targetFolder,
} from '../drive/changes/change-deps.ts';
import { freeName, storedName, takenNames } from '../drive/changes/names.ts';
import { requireSpace } from '../drive/changes/space.ts';
import { taskJson } from '../drive/changes/task-json.ts';
import type { Task } from '../drive/changes/task-list.ts';
import { wireTime } from '../wire-time.ts';
import { finishUpload } from './finish-upload.ts';
import type { KnownContent, KnownContents } from './known-content.ts';
import { readUploadRequest, type UploadRequest } from './upload-request.ts';
import { BUCKET, type Upload, type Uploads } from './uploads.ts';

/** What uploads work with. */
export interface UploadDeps extends ChangeDeps {
  readonly uploads: Uploads;
  readonly known: KnownContents;
  /** Host (and port) of the object store; `upload-a10b.` before the root that was asked unless said. */
  readonly uploadEndpoint?: string;
  /** Makes bytes known to the CDN. */
  publish(content: StoredBlob): void;
}

const TYPE = 'UPLOAD_TYPE_RESUMABLE';

/** `POST /drive/v1/files` for an upload (protocol reference §4.4, §4.5, rules U1–U5). */
export function createUpload(deps: UploadDeps, change: Change): object {
  const { drive } = change;
  const request = readUploadRequest(bodyOf(change));
  const parentId = targetFolder(drive, request.parentId);
  const wanted = storedName(request.name, deps.rules);
  requireSpace(drive, request.size);
  const name = freeName(takenNames(drive.tree, parentId), wanted, 'file');
  const place = { name, parentId };
  const known = knownContent(deps, request);
  return known === undefined ? pending(deps, change, request, place) : instant(deps, change, known, place);
}

interface Place {
  readonly name: string;
  readonly parentId: string;
}

/** Rule U2: an empty file needs no bytes either, whether instant uploads are on or not. */
function knownContent(deps: UploadDeps, { gcid, size }: UploadRequest): KnownContent | undefined {
  if (size === 0) {
    const blob = bytesBlob(new Uint8Array(), 'application/octet-stream');
    return { content: { blob, gcid, fid: deps.ids.item() } };
  }
  return deps.rules.instantUpload ? deps.known.find(gcid, size) : undefined;
}

/** The file is complete at once, and what a film is known to be it is here as well. */
function instant(deps: UploadDeps, change: Change, known: KnownContent, place: Place): object {
  const { content, film } = known;
  const blob = { ...content.blob, mimeType: mimeTypeOf(place.name, content.blob.mimeType) };
  const own = { blob, gcid: content.gcid, fid: deps.ids.item() };
  deps.publish(own);
  const file: FileNode = {
    ...newFile(deps, place, own),
    phase: 'PHASE_TYPE_COMPLETE',
    ...(film === undefined ? {} : { film }),
    linksFrom: deps.now() + deps.rules.linkDelayMs,
  };
  change.drive.tree.add(file);
  return { upload_type: TYPE, file: changedFileJson(deps, change, file), task: null };
}

/** Rule U4: a pending file, a task, and credentials for one key. */
function pending(deps: UploadDeps, change: Change, request: UploadRequest, place: Place): object {
  const { drive } = change;
  const mimeType = mimeTypeOf(place.name);
  const content = {
    blob: promisedBlob(request.size, mimeType),
    gcid: request.gcid,
    fid: deps.ids.item(),
  };
  const file: FileNode = { ...newFile(deps, place, content), phase: 'PHASE_TYPE_PENDING' };
  drive.tree.add(file);
  const upload = deps.uploads.open({
    drive,
    fileId: file.id,
    taskId: deps.ids.task(),
    size: request.size,
    gcid: request.gcid,
    mimeType,
  });
  const task = startUploadTask(deps, change, { upload, file });
  return {
    upload_type: TYPE,
    resumable: resumableJson(upload, deps.uploadEndpoint ?? `upload-a10b.${change.call.root}`),
    file: changedFileJson(deps, change, file),
    task: taskJson(task, { now: deps.now(), drive }),
  };
}

/** Runs until the bytes have arrived. */
function startUploadTask(
  deps: UploadDeps,
  { drive, call }: Change,
  { upload, file }: { readonly upload: Upload; readonly file: FileNode },
): Task {
  const fault = deps.faults.takeForTask(call.request.method, call.request.path);
  if (fault?.kind === 'slow_task') upload.delayMs = fault.delayMs;
  return deps.works.of(drive).tasks.start({
    id: upload.taskId,
    type: 'upload',
    fileId: file.id,
    fileName: file.name,
    fileSize: upload.size,
    statusSize: 0,
    createdAt: deps.now(),
    dueAt: Number.POSITIVE_INFINITY,
    finish: (at) =>
      finishUpload(deps, upload, { at, ...(fault?.kind === 'task_error' ? { failure: fault.message } : {}) }),
  });
}

function newFile(deps: UploadDeps, place: Place, content: StoredBlob): Omit<FileNode, 'phase'> {
  const now = deps.now();
  return {
    kind: 'file',
    id: deps.ids.item(),
    ...place,
    content,
    createdAt: now,
    modifiedAt: now,
    starred: false,
    originalUrl: '',
  };
}

/** §4.5, field for field §9.13. */
function resumableJson(upload: Upload, endpoint: string): object {
  const { accessKeyId, accessKeySecret, securityToken } = upload.credentials;
  return {
    kind: 'drive#resumable',
    provider: 'PROVIDER_ALIYUN',
    params: {
      access_key_id: accessKeyId,
      access_key_secret: accessKeySecret,
      bucket: BUCKET,
      cname: '',
      endpoint,
      expiration: wireTime(upload.expiresAt),
      key: upload.key,
      security_token: securityToken,
    },
  };
}

/** By the name's ending, else what is known of the content. */
function mimeTypeOf(name: string, known = 'application/octet-stream'): string {
  return mime.getType(name) ?? known;
}

/** Stands for bytes that have not arrived. */
function promisedBlob(size: number, mimeType: string): Blob {
  return {
    size,
    mimeType,
    slice: () => {
      throw new Error('the bytes of this file have not arrived');
    },
  };
}
