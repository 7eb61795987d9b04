/** Which requests a fault strikes. Absent members match everything. */
export interface FaultMatch {
  /** Upper case. */
  readonly method?: string;
  /**
   * Where `*` stands for any run of characters; the whole text must fit. API faults see the path; faults of the CDN and of the
   * object store see path and query, so that `*fileid=VN…&*` strikes one file and `*partNumber=3&*` one part.
   */
  readonly path?: string;
}

/** An answer in place of the real one, from either API service. */
export type ApiFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      /** `html` (default) and `empty` are what proxies send on 5xx; `broken_json` is cut in the middle. */
      readonly body?: 'html' | 'empty' | 'broken_json';
    }
  | {
      readonly kind: 'vendor_error';
      readonly status: number;
      readonly error: string;
      readonly code: number;
      readonly text: string;
    }
  /** The connection ends without an answer: before the call was carried out, or after. */
  | { readonly kind: 'hang_up'; readonly when: 'before' | 'after' }
  | { readonly kind: 'captcha_invalid' }
  | { readonly kind: 'token_expired' }
  | { readonly kind: 'too_frequent' };

/** A disturbed listing of files (rule F3). */
export type ListingFault =
  | { readonly kind: 'duplicate_names' }
  | { readonly kind: 'empty_page' }
  | { readonly kind: 'short_page'; readonly items: number };

/** A get without links, as for 30–60 s after completion (rule F7). */
export interface LinksFault {
  readonly kind: 'missing_links';
}

/** A task that the struck call starts goes wrong or takes its time (rule F11). */
export type TaskFault =
  | { readonly kind: 'task_error'; readonly message: string }
  | { readonly kind: 'slow_task'; readonly delayMs: number };

/** A request to the object store that goes wrong. */
export type StoreFault =
  /** An XML error, before anything was looked at. */
  | { readonly kind: 'store_error'; readonly status: number; readonly code: string }
  /** The connection ends: after so many bytes of the request's body, or, without a number, after the request was carried out. */
  | { readonly kind: 'store_hang_up'; readonly afterBytes?: number };

/** A disturbed download (rule C9). */
export type DownloadFault =
  | { readonly kind: 'slow_body'; readonly bytesPerSecond: number }
  /** The connection ends after so many bytes of the body, though the full length was announced. */
  | { readonly kind: 'cut_body'; readonly afterBytes: number }
  /** Announces and sends a file that is longer (by zeros at its end) or shorter (negative) by so many bytes. */
  | { readonly kind: 'wrong_size'; readonly delta: number }
  | { readonly kind: 'cdn_status'; readonly status: number; readonly retryAfterSeconds?: number };

export type Fault = ApiFault | ListingFault | LinksFault | TaskFault | StoreFault | DownloadFault;

/** A fault and the requests it strikes. `times` may be `Infinity`. */
export type FaultRule = Fault & { readonly match: FaultMatch; readonly times: number };

/** The scripted faults of one sandbox, in the order in which they were added: the first that fits a request strikes it. */
export interface Faults {
  /** @throws RangeError when 200 rules are waiting already. */
  add(rule: FaultRule): void;
  clear(): void;
  /** Rules that may still strike, with the times left. */
  pending(): readonly FaultRule[];
  takeForApi(method: string, path: string): ApiFault | undefined;
  takeForListing(method: string, path: string): ListingFault | undefined;
  takeForLinks(method: string, path: string): LinksFault | undefined;
  /** To be asked only by calls that start a task. */
  takeForTask(method: string, path: string): TaskFault | undefined;
  /** `path` with its query. */
  takeForStore(method: string, path: string): StoreFault | undefined;
  /** `path` with its query, as sent. */
  takeForDownload(path: string, method?: string): DownloadFault | undefined;
}

const MAX_RULES = 200;

/** An empty set of faults. */
export function createFaults(): Faults {
  let rules: FaultRule[] = [];
  const take = <T extends Fault>(isWanted: (fault: Fault) => fault is T, method: string, path: string) => {
    const index = rules.findIndex((rule) => isWanted(rule) && fits(rule, method, path));
    const rule = rules[index];
    if (rule === undefined || !isWanted(rule)) return undefined;
    const left = { ...rule, times: rule.times - 1 };
    rules = left.times > 0 ? rules.with(index, left) : rules.toSpliced(index, 1);
    return rule;
  };
  return {
    add: (rule) => {
      if (rules.length >= MAX_RULES) throw new RangeError(`at most ${MAX_RULES} faults can wait`);
      rules.push(rule);
    },
    clear: () => {
      rules = [];
    },
    pending: () => [...rules],
    takeForApi: (method, path) => take(isApiFault, method, path),
    takeForListing: (method, path) => take(isListingFault, method, path),
    takeForLinks: (method, path) => take(isLinksFault, method, path),
    takeForTask: (method, path) => take(isTaskFault, method, path),
    takeForStore: (method, path) => take(isStoreFault, method, path),
    takeForDownload: (path, method = 'GET') => take(isDownloadFault, method, path),
  };
}

/** Without a path, a refused token strikes the drive service only: the account service takes none. */
function fits(rule: FaultRule, method: string, path: string): boolean {
  const needsToken = rule.kind === 'captcha_invalid' || rule.kind === 'token_expired';
  const pattern = rule.match.path ?? (needsToken ? '/drive/*' : '*');
  return (rule.match.method ?? method) === method && matchesPattern(pattern, path);
}

function matchesPattern(pattern: string, path: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return path === head;
  if (!path.startsWith(head) || !path.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= path.length - tail.length;
}

function isApiFault(fault: Fault): fault is ApiFault {
  const tokens = ['captcha_invalid', 'token_expired', 'too_frequent'];
  return ['status', 'vendor_error', 'hang_up', ...tokens].includes(fault.kind);
}

function isListingFault(fault: Fault): fault is ListingFault {
  return ['duplicate_names', 'empty_page', 'short_page'].includes(fault.kind);
}

function isLinksFault(fault: Fault): fault is LinksFault {
  return fault.kind === 'missing_links';
}

function isTaskFault(fault: Fault): fault is TaskFault {
  return ['task_error', 'slow_task'].includes(fault.kind);
}

function isStoreFault(fault: Fault): fault is StoreFault {
  return ['store_error', 'store_hang_up'].includes(fault.kind);
}

function isDownloadFault(fault: Fault): fault is DownloadFault {
  return ['slow_body', 'cut_body', 'wrong_size', 'cdn_status'].includes(fault.kind);
}
