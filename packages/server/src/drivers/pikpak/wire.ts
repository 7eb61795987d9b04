/** Vendor JSON on its way in. Fields may be absent, null or empty, which mean the same (protocol reference §0.2). */
export type JsonObject = { readonly [name: string]: unknown };

/** `value` when it is a JSON object; undefined otherwise. */
export function objectOf(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as JsonObject; // a JSON object is exactly this
}

/** Its objects, when `value` is an array; what else is in there is left out. */
export function objectsOf(value: unknown): JsonObject[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.map(objectOf).filter((item) => item !== undefined);
}

/** Text, or '' for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A whole number that is not negative, sent as decimal text or as a number; undefined for anything else. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Milliseconds since the epoch of an RFC 3339 time; undefined for '' and anything that is none. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The answer to a sign-in or refresh (§2.3, §2.4). */
export interface WireTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInMs: number;
  readonly userId: string;
}

const ACCESS_LIFE_S = 7200;

/** undefined when a token is missing. */
export function readTokens(json: JsonObject): WireTokens | undefined {
  const accessToken = textOf(json['access_token']);
  const refreshToken = textOf(json['refresh_token']);
  if (accessToken === '' || refreshToken === '') return undefined;
  return {
    accessToken,
    refreshToken,
    expiresInMs: (countOf(json['expires_in']) ?? ACCESS_LIFE_S) * 1000,
    userId: textOf(json['sub']) || subjectOf(accessToken),
  };
}

/** `sub` of a JWT, unchecked: it is the vendor's own token, and only its user id is wanted. */
function subjectOf(jwt: string): string {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    return textOf(objectOf(payload)?.['sub']);
  } catch {
    return '';
  }
}

/** The answer to a captcha init (§2.2). With a `url` a person has to act first, and the token is only a ticket. */
export interface WireCaptcha {
  readonly token: string;
  readonly expiresInMs: number;
  readonly url: string;
}

const CAPTCHA_LIFE_S = 300;

export function readCaptcha(json: JsonObject): WireCaptcha {
  return {
    token: textOf(json['captcha_token']),
    expiresInMs: (countOf(json['expires_in']) || CAPTCHA_LIFE_S) * 1000, // 0 has been seen for a token that works
    url: textOf(json['url']),
  };
}

export interface WireLink {
  readonly url: string;
  /** Milliseconds since the epoch, by PikPak's clock. */
  readonly expire: number | undefined;
}

/** One rendition of a film or song (§3.1). */
export interface WireMedia {
  readonly id: string;
  readonly name: string;
  readonly link: WireLink | undefined;
  readonly isOrigin: boolean;
  readonly isDefault: boolean;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** `mp4`, `mpegts`, `matroska,webm`. */
  readonly container: string;
}

/** A file or folder (§3.1), as far as we use it. */
export interface WireFile {
  readonly id: string;
  /** '' for what lies at the drive's root. */
  readonly parentId: string;
  readonly name: string;
  readonly folder: boolean;
  readonly size: number;
  readonly created: number | undefined;
  readonly modified: number | undefined;
  readonly gcid: string;
  readonly md5: string;
  readonly mimeType: string;
  readonly thumbnail: string;
  /** Live and with all its bytes. */
  readonly present: boolean;
  /** In the trash itself. What lies below something trashed does not say so. */
  readonly trashed: boolean;
  /** When PikPak takes it out of the trash for good, in milliseconds since the epoch. */
  readonly purgeAt: number | undefined;
  readonly starred: boolean;
  /** '' when not audited; anything but `STATUS_OK` restricts the file. */
  readonly auditStatus: string;
  readonly contentLink: WireLink | undefined;
  readonly medias: readonly WireMedia[];
}

/** undefined for an object without id or name, or for a file whose size can't be read. */
export function readFile(json: JsonObject): WireFile | undefined {
  const id = textOf(json['id']);
  const name = textOf(json['name']);
  const folder = json['kind'] === 'drive#folder';
  const size = countOf(json['size']);
  if (id === '' || name === '' || (size === undefined && !folder)) return undefined;
  const phase = textOf(json['phase']);
  const trashed = json['trashed'] === true;
  return {
    id,
    parentId: textOf(json['parent_id']),
    name,
    folder,
    size: size ?? 0,
    created: timeOf(json['created_time']),
    modified: timeOf(json['modified_time']),
    gcid: textOf(json['hash']),
    md5: textOf(json['md5_checksum']),
    mimeType: textOf(json['mime_type']),
    thumbnail: textOf(json['thumbnail_link']),
    present: !trashed && (phase === '' || phase === 'PHASE_TYPE_COMPLETE'),
    trashed,
    purgeAt: trashed ? timeOf(json['delete_time']) : undefined,
    starred: json['starred'] === true,
    auditStatus: textOf(objectOf(json['audit'])?.['status']),
    contentLink: contentLinkOf(json),
    medias: objectsOf(json['medias']).map(readMedia),
  };
}

/** The download link. Both places hold the same URL, but only one of them a time. */
function contentLinkOf(json: JsonObject): WireLink | undefined {
  const octets = readLink(objectOf(json['links'])?.['application/octet-stream']);
  if (octets !== undefined) return octets;
  const url = textOf(json['web_content_link']);
  return url === '' ? undefined : { url, expire: undefined };
}

function readMedia(json: JsonObject): WireMedia {
  const video = objectOf(json['video']) ?? {};
  return {
    id: textOf(json['media_id']),
    name: textOf(json['resolution_name']) || textOf(json['media_name']),
    link: readLink(json['link']),
    isOrigin: json['is_origin'] === true,
    isDefault: json['is_default'] === true,
    width: countOf(video['width']) || undefined,
    height: countOf(video['height']) || undefined,
    container: textOf(video['video_type']),
  };
}

function readLink(value: unknown): WireLink | undefined {
  const link = objectOf(value);
  const url = textOf(link?.['url']);
  return url === '' ? undefined : { url, expire: timeOf(link?.['expire']) };
}

/** One page of a folder (§3.2). */
export interface WireFilePage {
  readonly files: readonly WireFile[];
  /** Objects that could not be read. */
  readonly unreadable: number;
  /** '' on the last page. */
  readonly nextPageToken: string;
}

export function readFilePage(json: JsonObject): WireFilePage {
  const objects = objectsOf(json['files']);
  const files = objects.flatMap((object) => readFile(object) ?? []);
  return {
    files,
    unreadable: objects.length - files.length,
    nextPageToken: textOf(json['next_page_token']),
  };
}

/** Space of an account in bytes (§3.11). */
export interface WireQuota {
  readonly usage: number | undefined;
  /** undefined when there is no limit or none is told. */
  readonly limit: number | undefined;
  readonly trashed: number | undefined;
}

export function readQuota(json: JsonObject): WireQuota {
  const quota = objectOf(json['quota']) ?? {};
  const limit = countOf(quota['limit']);
  return {
    usage: countOf(quota['usage']),
    limit: limit === 0 || quota['is_unlimited'] === true ? undefined : limit,
    trashed: countOf(quota['usage_in_trash']),
  };
}
