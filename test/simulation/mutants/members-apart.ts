/** The store as it would be if it compared something else than the record's revision: bugs of the protocol, not of an agent. */
import type { StateRecord } from '../../../agent/src/core/failover/record.ts';
import { readingOf, storedRecord } from '../agent/store-operations.ts';
import type { World } from '../world/state.ts';

/** A change of the members alone is compared with the members alone, and written beside whatever the record says now. */
export function splitKeys(world: World): void {
  const { store } = world;
  store.compare = ({ expectRevision, value }) => {
    if (expectRevision === store.revision) return value;
    const base = recordOf(store.past.find((past) => past.revision === expectRevision)?.value ?? null);
    const [wanted, now] = [recordOf(value), recordOf(store.value)];
    if (base === null || wanted === null || now === null || !isChangeOfMembers(base, wanted) || membersOf(base) !== membersOf(now))
      return null;
    return storedRecord({ ...now, members: wanted.members, nonce: wanted.nonce });
  };
}

/** Whoever is the holder may write, whatever was written since. */
export function compareHolder(world: World): void {
  const { store } = world;
  const { compare } = store;
  store.compare = (swap) => {
    const [wanted, now] = [recordOf(swap.value), recordOf(store.value)];
    return wanted?.holder != null && wanted.holder.instance === now?.holder?.instance ? swap.value : compare(swap);
  };
}

function recordOf(value: unknown): StateRecord | null {
  const reading = readingOf(value);
  return reading.kind === 'record' ? reading.record : null;
}

function isChangeOfMembers(base: StateRecord, wanted: StateRecord): boolean {
  return base.epoch === wanted.epoch && base.phase === wanted.phase && membersOf(base) !== membersOf(wanted);
}

function membersOf({ members }: StateRecord): string {
  return members.map(({ incarnation }) => incarnation).join();
}
