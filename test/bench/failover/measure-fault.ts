import { Client } from 'pg';
import { eventually } from '../../lab/stack.ts';
import type { DatabasePair, Fault } from './faults.ts';
import { judge, type Verdict } from './judge.ts';
import { type LocalSession, openLocalSession } from './local-session.ts';
import type { Roles, System } from './system.ts';
import { makeTable, now, rowsTable, startWriter, type Writer } from './writer.ts';

/** One fault on one system. Times are milliseconds. */
export type Measurement = Verdict & {
  readonly fault: string;
  readonly system: string;
  readonly settings: string;
  readonly before: string;
  readonly after: string;
  readonly acknowledged: number;
  /** Acknowledged rows that the last primary does not have; null = there is no primary to ask. */
  readonly lost: number | null;
  /** From the fault to the last commit of a session that was open on the old primary's own host; null = not asked, or none after it. */
  readonly fencedMs: number | null;
  /** From the old primary's return to a synchronous standby that streams; null = not within three minutes. */
  readonly protectedAgainMs: number | null;
  /** What the system says of it. */
  readonly said: string;
};

/** How long is watched after a fault: as long as the slowest system may take, and on until rows flow again. */
const watchMs = { least: 3000, most: 120_000 };
const settledMs = 180_000;

/**
 * Strikes the primary once, with a writer on every database host, and waits until the system is whole again, three
 * minutes at most. Rejects with NotWhole when it is not whole to begin with.
 */
export async function measureFault(system: System, fault: Fault, run: string): Promise<Measurement> {
  const { primary, standby } = await settled(system);
  await createTable(system, primary);
  await fault.prepare?.(system, primary);
  const local = system.name === 'netvis' ? await openLocalSession(system, primary) : null;
  const writer = startWriter(system.databases, system.login, run);
  // A writer that is left running keeps the process alive for good.
  const struck = await strike({ system, fault, writer, local }, { primary, standby }).finally(() => writer.stop());
  const acks = writer.acks();
  await local?.end();
  const after = (await system.roles()).primary;
  const { atMs, endMs, ...told } = struck;
  return {
    ...judge(acks, { atMs, oldPrimary: primary, endMs }),
    ...told,
    ...{
      fault: fault.name,
      system: system.name,
      settings: system.settings,
      before: primary,
      after: after ?? 'none',
      acknowledged: acks.length,
    },
    lost: after === null ? null : await countLost(system, { primary: after, ids: acks.map(({ id }) => id) }),
    said: await system.describe(),
  };
}

type Struck = { readonly atMs: number; readonly endMs: number; readonly fencedMs: number | null; readonly protectedAgainMs: number | null };
type Watched = { readonly system: System; readonly fault: Fault; readonly writer: Writer; readonly local: LocalSession | null };

async function strike({ system, fault, writer, local }: Watched, at: DatabasePair): Promise<Struck> {
  await eventually(async () => assertFlow(writer, 20), { forMs: 20_000 });
  const atMs = now();
  await fault.strike(system, at);
  const flows = await isReached(flowsAgain(writer, { atMs, moved: fault.movesPrimary ? at.primary : null }));
  const fencedMs = flows && fault.movesPrimary && !fault.endsHost ? await fenced(local, atMs) : null;
  const endMs = now();
  await fault.heal?.(system, at);
  const isWhole = await isReached(settled(system));
  return { atMs, endMs, fencedMs, protectedAgainMs: isWhole ? now() - endMs : null };
}

async function fenced(local: LocalSession | null, atMs: number): Promise<number | null> {
  const last = (await local?.lastCommitMs()) ?? null;
  return last === null ? null : last - atMs;
}

/** A system without a primary, or with one that no standby protects. */
export class NotWhole extends Error {}

async function isReached(state: Promise<unknown>): Promise<boolean> {
  try {
    await state;
    return true;
  } catch (error) {
    if (error instanceof NotWhole) return false;
    throw error;
  }
}

/** A primary, and the other one its synchronous standby. Rejects with NotWhole when it takes longer than three minutes. */
async function settled(system: System): Promise<DatabasePair> {
  return await eventually(
    async () => {
      const roles = await system.roles();
      const [standby] = roles.protectedBy;
      if (roles.primary === null || standby === undefined) throw new NotWhole(`${system.name} is not whole: ${told(roles)}`);
      return { primary: roles.primary, standby };
    },
    { forMs: settledMs, everyMs: 500 },
  );
}

function told({ primary, protectedBy }: Roles): string {
  return `primary ${primary ?? 'none'}, synchronous ${protectedBy.join(' ') || 'none'}`;
}

/** Rows come again, from another host where the fault moves the primary, and have come for a while; else NotWhole. */
async function flowsAgain(writer: Writer, { atMs, moved }: { atMs: number; moved: string | null }): Promise<void> {
  const fresh = () => writer.acks().filter(({ sentMs, host }) => sentMs > atMs && host !== moved);
  await eventually(
    async () => {
      if (fresh().length < 20 || now() - atMs < watchMs.least) throw new NotWhole('no row was acknowledged again');
    },
    { forMs: watchMs.most, everyMs: 50 },
  );
}

function assertFlow(writer: Writer, rows: number): void {
  if (writer.acks().length < rows) throw new Error(`only ${writer.acks().length} rows were acknowledged`);
}

async function createTable(system: System, primary: string): Promise<void> {
  await onServer(system, primary, (client) => client.query(makeTable));
}

async function countLost(system: System, { primary, ids }: { primary: string; ids: readonly string[] }): Promise<number> {
  const { rows } = await onServer(system, primary, (client) => client.query<{ id: string }>(`SELECT id FROM ${rowsTable}`));
  const kept = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !kept.has(id)).length;
}

async function onServer<T>(system: System, host: string, ask: (client: Client) => Promise<T>): Promise<T> {
  const address = system.databases.find(({ name }) => name === host)?.address ?? '';
  const client = new Client({ host: address, ...system.login, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
