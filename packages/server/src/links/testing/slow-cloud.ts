import { Readable } from 'node:stream';
import { StorageError } from '../../core/errors.ts';
import type { ByteRange } from '../../http/range.ts';
import { type FakeClock, settle } from '../../../testing/fake-clock.ts';
import type { Leg } from '../client-stream.ts';
import { patternBytes } from './upstream.ts';

const PERIOD = 251;
const PATTERN = patternBytes(0, PERIOD);

/** The bytes of `patternBytes`, made fast enough for many of them. */
export function longPattern(start: number, end: number): Buffer {
  const shift = start % PERIOD;
  const turned = Buffer.concat([PATTERN.subarray(shift), PATTERN.subarray(0, shift)]);
  return Buffer.alloc(end - start, turned);
}

/** What limits a cloud. Bytes in a second. */
export interface SlowCloudLimits {
  readonly perConnection: number;
  readonly inAll?: number;
  /** Connections beyond these are refused. */
  readonly connections?: number;
}

/** A connection of the fake, as a test sees it. */
export interface SlowConnection {
  readonly range: ByteRange;
  readonly body: Readable;
  /** Of the range, what was sent. */
  sent: number;
}

/** A cloud whose time is a test's: each connection brings what its rate allows in the time that passes. */
export class SlowCloud {
  readonly opened: SlowConnection[] = [];
  readonly clock: FakeClock;
  readonly #limits: SlowCloudLimits;

  constructor(clock: FakeClock, limits: SlowCloudLimits) {
    this.clock = clock;
    this.#limits = limits;
  }

  get running(): readonly SlowConnection[] {
    return this.opened.filter(({ body, range, sent }) => !body.destroyed && range.start + sent < range.end);
  }

  async open(range: ByteRange): Promise<Leg> {
    await Promise.resolve();
    if (this.running.length >= (this.#limits.connections ?? Number.POSITIVE_INFINITY)) {
      throw new StorageError('unavailable', 'too many connections', { retry: 'later' });
    }
    return this.openNow(range);
  }

  openNow(range: ByteRange): Leg {
    const body = new Readable({ read: () => {} });
    this.opened.push({ range, body, sent: 0 });
    return { body, end: range.end };
  }

  /** Lets time pass, and the bytes that it brings. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    const running = this.running.filter(({ body }) => !body.isPaused());
    const share = (this.#limits.inAll ?? Number.POSITIVE_INFINITY) / Math.max(1, running.length);
    const bytes = Math.floor((Math.min(this.#limits.perConnection, share) * ms) / 1000);
    for (const connection of running) {
      const { range, body, sent } = connection;
      const start = range.start + sent;
      const end = Math.min(range.end, start + bytes);
      connection.sent += end - start;
      body.push(longPattern(start, end));
      if (end === range.end) body.push(null);
    }
    await settle();
  }
}
