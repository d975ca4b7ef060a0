/** Transactions of the primary: inserted and flushed here, then held until the standbys have them. */

import type { CommitOutcome, Server } from './host-state.ts';
import { shipToAll } from './replication.ts';
import { onServer } from './scheduling.ts';
import { endServer } from './server-end.ts';
import type { World } from './state.ts';
import { awaitStandbys } from './sync-rep.ts';
import { append, timelineOf, type WalRecord } from './wal.ts';

export type Transaction = {
  readonly kind: 'write' | 'canary';
  readonly canaryId?: string;
  /** With `synchronous_commit=local` the session does not wait for standbys. */
  readonly isLocal: boolean;
  readonly flushed?: (position: number) => void;
  readonly done: (outcome: CommitOutcome, position: number) => void;
};

/** Runs one transaction in a backend. `done` is told what the session is told; `gone` when it ends without a word. */
export function commit(world: World, server: Server, transaction: Transaction): void {
  if (!canWrite(server)) {
    transaction.done('refused', 0);
    return;
  }
  onServer(world, server, { delayMs: world.noise.postgres.between(0.3, 3), run: () => flush(world, server, transaction) });
}

/** Out of recovery and with a backend to do it. */
export function canWrite(server: Server): boolean {
  return server.isAlive && server.mode === 'primary' && server.phase === 'running';
}

function flush(world: World, server: Server, transaction: Transaction): void {
  const { disk } = server.host;
  if (disk.isHung) {
    onServer(world, server, { delayMs: 50, run: () => flush(world, server, transaction) });
    return;
  }
  if (disk.isFull || disk.isReadOnly) {
    endServer(world, server, 'panic');
    return;
  }
  const position = insert(world, server, transaction);
  transaction.flushed?.(position);
  if (transaction.isLocal) transaction.done('returned', position);
  else awaitStandbys(server, position, (outcome) => transaction.done(outcome, position));
}

/** Writes a record at the end of this server's WAL and hands it to the walsenders. */
export function insert(world: World, server: Server, what: Pick<WalRecord, 'kind' | 'canaryId' | 'promotion'>): number {
  const { data } = server.host.disk;
  append(data, { ...what, timeline: timelineOf(data), atMs: world.nowMs, hostIndex: server.host.index });
  server.replayed = data.wal.length;
  shipToAll(world, server);
  return data.wal.length;
}
