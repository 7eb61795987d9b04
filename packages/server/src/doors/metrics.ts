import { Counter, Gauge, Registry } from 'prom-client';
import type { BlockCache } from '../blocks/block-cache.ts';
import type { Gateway } from '../links/gateway-stream.ts';
import type { StorageService } from '../storages/service.ts';

/** Which door answered. */
export type DoorName = 'api' | 'download' | 'webdav' | 'ui' | 'health';

/** Figures for `/metrics`, of one gateway. */
export interface Metrics {
  countRequest(door: DoorName, status: number): void;
  /** Everything in Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

interface Sources {
  readonly gateway: Gateway;
  readonly blocks: Pick<BlockCache, 'bytes' | 'totals'>;
  readonly storages: Pick<StorageService, 'list'>;
  readonly upstream: ReadonlyMap<string, number>;
}

/** Totals that are kept elsewhere are read when they are asked for. */
export function createMetrics({ gateway, blocks, storages, upstream }: Sources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'sluice_http_requests_total',
    help: 'Requests answered, by door and HTTP status.',
    labelNames: ['door', 'status'],
    registers,
  });
  streamFigures(gateway, blocks, registry);
  upstreamFigures(upstream, registry);
  storageFigures(storages, registry);
  return {
    countRequest: (door, status) => requests.inc({ door, status }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function streamFigures(
  { totals, readAhead }: Gateway,
  blocks: Pick<BlockCache, 'bytes' | 'totals'>,
  registry: Registry,
): void {
  const now = [
    ['sluice_streams_open', 'Downloads that run through the gateway now.', () => totals.open],
    ['sluice_streams_reading_ahead', 'Downloads that use several connections now.', () => readAhead.open],
    ['sluice_block_cache_bytes', 'Bytes of files that are held on disk.', () => blocks.bytes],
    ['sluice_resident_bytes', 'Memory of the process.', () => process.memoryUsage.rss()],
  ] as const;
  for (const [name, help, read] of now) {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(gauge);
  }
  const sums = [
    ['sluice_streams_started_total', 'Downloads that ran through the gateway.', () => totals.started],
    ['sluice_streams_resumed_total', 'Broken upstreams that a download outlived.', () => totals.resumed],
    ['sluice_streams_failed_total', 'Downloads cut because their upstream was lost.', () => totals.failed],
    ['sluice_block_cache_served_bytes_total', 'Bytes that came from the disk.', () => blocks.totals.served],
    ['sluice_block_cache_kept_total', 'Blocks written to the disk.', () => blocks.totals.kept],
    ['sluice_block_cache_evicted_total', 'Blocks that made room.', () => blocks.totals.evicted],
    ['sluice_block_cache_damaged_total', 'Blocks found damaged.', () => blocks.totals.damaged],
    ['sluice_stream_bytes_total', 'Bytes sent through the gateway.', () => totals.bytes],
  ] as const;
  for (const [name, help, read] of sums) {
    const counter = new Counter({
      name,
      help,
      registers: [],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
    registry.registerMetric(counter);
  }
  const trials = new Counter({
    name: 'sluice_read_ahead_trials_total',
    help: 'Trials of more connections for one download, by how they ended.',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(readAhead.trials)) this.inc({ outcome }, count);
    },
  });
  registry.registerMetric(trials);
}

function upstreamFigures(upstream: ReadonlyMap<string, number>, registry: Registry): void {
  const counter = new Counter({
    name: 'sluice_upstream_requests_total',
    help: 'Requests to the clouds of storages, API calls and downloads, by outcome.',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      this.reset();
      for (const [outcome, count] of upstream) this.inc({ outcome }, count);
    },
  });
  registry.registerMetric(counter);
}

function storageFigures(storages: Pick<StorageService, 'list'>, registry: Registry): void {
  const gauge = new Gauge({
    name: 'sluice_storages',
    help: 'Storages by state.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      this.reset();
      for (const { status } of await storages.list()) this.inc({ state: status.state });
    },
  });
  registry.registerMetric(gauge);
}
