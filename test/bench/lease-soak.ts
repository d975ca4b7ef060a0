import { randomUUID } from 'node:crypto';
import { etcdLeaseStore } from '../../agent/src/adapters/etcd/lease-store.ts';
import type { LeaseStore } from '../../agent/src/ports/lease-store.ts';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { type EtcdCluster, startEtcd } from '../support/etcd-cluster.ts';
import type { SoakRequest } from './arguments.ts';
import { seconds, tableText } from './measure.ts';
import { saveReport } from './save-report.ts';

export type Soak = {
  readonly renewals: number;
  /** What periodic compaction leaves: so many renewals fall into its ten minutes. */
  readonly kept: number;
  /** How often the sizes are read. */
  readonly points: number;
};

/** Sizes of the largest member: its file, and what of it is in use. */
export type SoakPoint = { readonly renewals: number; readonly fileBytes: number; readonly usedBytes: number };

/** At the default preset's one renewal a second, ten minutes are so many. */
const keptBySecond = 600;
const tolerance = 1.1;

/** 48 hours of renewals as fast as they go; ends with exit code 1 when the database grows. */
export async function benchLeaseSoak({ renewals }: SoakRequest): Promise<void> {
  if (renewals < 6 * keptBySecond) throw new NvError({ code: 'NV_USAGE', message: `fewer than ${6 * keptBySecond} renewals show nothing` });
  const etcd = await startEtcd();
  const startMs = performance.now();
  try {
    const points = await soakLease(etcd, { renewals, kept: keptBySecond, points: 48 }, (point) => console.error(lineOf(point).join('  ')));
    console.log(tableText([['renewals', 'file', 'in use'], ...points.map(lineOf)]));
    const grows = growth(points, keptBySecond) > tolerance;
    console.log(`\nwritten to ${await saveReport('lease-soak', { renewals, points })}`);
    console.log(`${renewals} renewals in ${seconds(performance.now() - startMs)}; database: ${grows ? 'GROWS' : 'flat'}`);
    if (grows) process.exitCode = 1;
  } finally {
    await etcd.stop();
  }
}

/**
 * Renews one record over and over. Compaction runs where etcd's periodic one would at one renewal a second: every tenth of
 * its time, down to what is not older than all of it.
 */
export async function soakLease(etcd: EtcdCluster, soak: Soak, onPoint: (point: SoakPoint) => void): Promise<readonly SoakPoint[]> {
  const store = openStore(etcd);
  const points: SoakPoint[] = [];
  const revisions = ['0'];
  try {
    for (let done = 1; done <= soak.renewals; done += 1) {
      revisions.push(await renew(store, revisions.at(-1) ?? ''));
      if (done % Math.ceil(soak.kept / 10) === 0) await compact(etcd, revisions.splice(0, revisions.length - soak.kept).at(-1));
      if (done % Math.ceil(soak.renewals / soak.points) !== 0) continue;
      points.push({ renewals: done, ...(await sizes(etcd)) });
      onPoint(points.at(-1) as SoakPoint);
    }
  } finally {
    store.close();
  }
  return points;
}

/** How many times larger the file became than once it held what compaction keeps, which takes a few times as many renewals. */
export function growth(points: readonly SoakPoint[], kept: number): number {
  const largest = (some: readonly SoakPoint[]) => Math.max(...some.map(({ fileBytes }) => fileBytes));
  return largest(points) / largest(points.filter(({ renewals }) => renewals <= 4 * kept));
}

function openStore({ members, tls }: EtcdCluster): LeaseStore {
  const endpoints = members.map(({ endpoint }) => endpoint);
  const known = { clusterId: null, revisionFloor: '0' };
  return etcdLeaseStore({ endpoints, tls, root: `soak/${randomUUID()}/`, known, hedgeMs: 1000, monotonicMs: () => performance.now() });
}

/** Gives the new revision. The text is as long as a record of five servers. */
async function renew(store: LeaseStore, expectRevision: string): Promise<string> {
  const nonce = randomUUID();
  const text = JSON.stringify({ nonce, filling: 'x'.repeat(700) });
  const outcome = await store.swap({ key: 'state', expectRevision, text, nonce, budgetMs: 30_000 });
  if (outcome.kind === 'confirmed') return outcome.revision;
  throw new Error(`a renewal was not confirmed: ${JSON.stringify(outcome)}`);
}

async function compact({ exchange, members }: EtcdCluster, revision: string | undefined): Promise<void> {
  if (revision === undefined || revision === '0') return;
  await exchange.ask(members[0]?.endpoint ?? '', { path: '/v3/kv/compaction', body: { revision } }, AbortSignal.timeout(30_000));
}

async function sizes({ exchange, members }: EtcdCluster): Promise<Omit<SoakPoint, 'renewals'>> {
  const status = { path: '/v3/maintenance/status', body: {} };
  const texts = await Promise.all(members.map(({ endpoint }) => exchange.ask(endpoint, status, AbortSignal.timeout(30_000))));
  const read = texts.map((text) => JSON.parse(text) as { dbSize: string; dbSizeInUse: string });
  return {
    fileBytes: Math.max(...read.map(({ dbSize }) => Number(dbSize))),
    usedBytes: Math.max(...read.map(({ dbSizeInUse }) => Number(dbSizeInUse))),
  };
}

function lineOf({ renewals, fileBytes, usedBytes }: SoakPoint): readonly string[] {
  const mib = (bytes: number) => `${(bytes / 1_048_576).toFixed(2)} MiB`;
  return [`${renewals}`, mib(fileBytes), mib(usedBytes)];
}
