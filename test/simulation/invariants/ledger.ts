/** Every row a client was told is safe, and where it has to be from then on. */
import type { Host, Server } from '../world/host-state.ts';
import type { World } from '../world/state.ts';
import type { WalRecord } from '../world/wal.ts';
import { eligibleHosts, recordIn } from './record-in-store.ts';
import { Violation } from './violation.ts';

type Row = { readonly record: WalRecord; readonly index: number };

export type Ledger = {
  readonly rows: Row[];
  /** The latest reign that acknowledged anything, and when it first did. */
  latest: { readonly reign: number; readonly sinceMs: number };
};

export const emptyLedger = (): Ledger => ({ rows: [], latest: { reign: 0, sinceMs: 0 } });

/** A client is told success for the row at `position`. */
export function acknowledge(world: World, ledger: Ledger, { server, position }: { server: Server; position: number }): void {
  const row = { record: server.host.disk.data.wal[position - 1] as WalRecord, index: position - 1 };
  const { latest } = ledger;
  if (server.reign < latest.reign && row.record.atMs > latest.sinceMs) {
    throw new Violation(
      'one node acknowledges',
      world.nowMs,
      `${server.host.name} acknowledges a row of ${row.record.atMs.toFixed(1)} after a later primary did`,
    );
  }
  if (server.reign > latest.reign) ledger.latest = { reign: server.reign, sinceMs: world.nowMs };
  ledger.rows.push(row);
  const record = recordIn(world.store.value);
  for (const host of record === null ? [] : eligibleHosts(world, record)) requireRow(world, host, row);
}

/** A server that has just been promoted, or may be, must hold everything that was ever acknowledged. */
export function requireAllRows(world: World, ledger: Ledger, host: Host): void {
  for (const row of ledger.rows) requireRow(world, host, row);
}

/** A forced failover may lose rows: an operator said so. */
export function forgive({ rows }: Ledger, { disk }: Host): void {
  const kept = rows.filter(({ record, index }) => disk.data.wal[index] === record);
  rows.splice(0, rows.length, ...kept);
}

function requireRow(world: World, host: Host, { record, index }: Row): void {
  if (host.disk.data.wal[index] === record) return;
  const detail = `${host.name} lacks row ${index} which was acknowledged (written ${record.atMs.toFixed(1)} on d${record.hostIndex + 1})`;
  throw new Violation('acknowledged rows survive', world.nowMs, detail);
}
