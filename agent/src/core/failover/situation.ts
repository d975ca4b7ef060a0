/** A view together with what is remembered, and the few facts that nearly every rule asks for. */
import { type Ineligible, ineligible, ownServer } from './candidate.ts';
import { rightLeftMs } from './lease-deadline.ts';
import type { Memory } from './memory.ts';
import type { Moment } from './moment.ts';
import type { PeerServer } from './peer.ts';
import type { PostgresView } from './postgres-view.ts';
import type { StateRecord } from './record.ts';
import { isForeignStore } from './remember.ts';
import type { Timings } from './settings.ts';
import type { View } from './view.ts';

export type Situation = {
  readonly view: View;
  readonly memory: Memory;
  readonly now: Moment;
  readonly host: string;
  readonly timings: Timings;
  readonly postgres: PostgresView;
  /** The record, where it can be read and believed. */
  readonly record: StateRecord | null;
  /** This process holds the lease by a confirmed write, and its time is not over. */
  readonly leads: boolean;
  /** This host's data; null where there are none. */
  readonly own: PeerServer | null;
  /** Why this host's data may not be promoted; null where they may. */
  readonly ownFault: Ineligible | 'no-record' | null;
};

/** `memory` is what `remember` made of the view. */
export function situationOf(view: View, memory: Memory): Situation {
  const { timings } = view.settings;
  const found = isForeignStore(view, memory) ? undefined : memory.watch?.found;
  const record = found?.kind === 'record' ? found.record : null;
  const own = ownServer(view);
  return {
    view,
    memory,
    now: view.now,
    host: view.self.host,
    timings,
    postgres: view.postgres,
    record,
    leads: holdsByConfirmedWrite(view, memory, record) && rightLeftMs(memory, view.now, timings) > 0,
    own,
    ownFault: record === null ? 'no-record' : ineligible(record, view.self.host, own),
  };
}

function holdsByConfirmedWrite(view: View, { right }: Memory, record: StateRecord | null): boolean {
  return record !== null && record.phase === 'held' && record.holder?.instance === view.self.instance && record.epoch === right?.epoch;
}
