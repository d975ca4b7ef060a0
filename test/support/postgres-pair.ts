/** A primary `a`, its standby `b` and an empty host `c`: where most tests of the PostgreSQL adapter begin. */
import { expect } from 'vitest';
import type { PostgresNode } from './postgres-node.ts';
import { replication } from './postgres-place.ts';
import { PostgresSite } from './postgres-site.ts';

export type Trio = PostgresSite<'a' | 'b' | 'c'>;

export const done = { kind: 'done' } as const;
export const refused = (reason: string) => ({ kind: 'refused', reason }) as const;

/** Makes the three hosts and keeps them as they are with both servers stopped. */
export async function prepareTrio(): Promise<Trio> {
  const site = await PostgresSite.prepare('a', 'b', 'c');
  try {
    await fill(site);
    return site;
  } catch (error) {
    await site.close();
    throw error;
  }
}

async function fill(site: Trio): Promise<void> {
  const { a, b } = site.nodes;
  expect(await a.control.initdb()).toEqual(done);
  await startPrimary(a, 'first');
  await a.sql(`ALTER ROLE ${replication.user} PASSWORD '${replication.password}'`);
  await a.sql('CREATE TABLE paid (id int PRIMARY KEY)');
  expect(await a.control.checkpoint()).toEqual(done);
  expect(await a.control.ensureSlots(['a', 'b', 'c'])).toEqual(done);
  expect(await b.control.rebuild('a')).toEqual(done);
  await startFollowing(b, a);
  for (const node of [b, a]) expect(await node.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
  await site.keep();
}

/** The hosts as they were kept, with `a` promoted and `b` streaming from it. */
export async function runTrio(site: Trio): Promise<Trio['nodes']> {
  await site.restore();
  const { a, b } = site.nodes;
  await startPrimary(a, 'second');
  await startFollowing(b, a);
  return site.nodes;
}

/** A primary that waits for nobody. */
export async function startPrimary(node: PostgresNode, promotionId: string): Promise<void> {
  expect(await node.control.startStandby(null)).toEqual(done);
  await promote(node, promotionId);
}

/** A running standby becomes a primary that waits for nobody. */
export async function promote(node: PostgresNode, promotionId: string, forced = false): Promise<void> {
  expect(await node.control.promote({ promotionId, epoch: 1, forced })).toEqual(done);
  expect(await node.control.setSyncNames([])).toEqual(done);
}

/** Starts `node`, and ends when `upstream` sends it WAL. */
export async function startFollowing(node: PostgresNode, upstream: PostgresNode): Promise<void> {
  expect(await upstream.control.ensureSlots(['a', 'b', 'c'])).toEqual(done);
  expect(await node.control.startStandby(upstream.place.host)).toEqual(done);
  await streams(node, upstream);
}

/** `upstream` sends WAL to `node`: what a receiver says of itself comes before the answer to its request. */
export async function streams(node: PostgresNode, upstream: PostgresNode): Promise<void> {
  await upstream.see(({ walsenders }) => walsenders.some(({ host, streaming }) => host === node.place.host && streaming));
}

/** Writes a row that waits for nobody. */
export async function pay(node: PostgresNode, id: number): Promise<void> {
  await node.sql(`INSERT INTO paid VALUES (${id})`);
}

export async function paid(node: PostgresNode): Promise<number[]> {
  return (await node.sql('SELECT id FROM paid ORDER BY id')).map(({ id }) => Number(id));
}

/** `to` has replayed everything `from` has flushed. */
export async function caughtUp(from: PostgresNode, to: PostgresNode): Promise<void> {
  const { flushLsn } = await from.view();
  await to.see(({ replayLsn }) => (replayLsn ?? 0) >= (flushLsn ?? 0));
}

export async function pidOf(node: PostgresNode, backendType: string): Promise<number> {
  const [row] = await node.sql(`SELECT pid FROM pg_stat_activity WHERE backend_type = '${backendType}'`);
  return Number(row?.pid);
}
