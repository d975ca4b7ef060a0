import type { StoreIntent } from '../core/failover/intent.ts';
import type { Moment } from '../core/failover/moment.ts';
import { parseRecord, printRecord, type RecordReading } from '../core/failover/record.ts';
import type { LaneView, StoreView, SwapOutcome } from '../core/failover/view.ts';
import type { Hint, LeaseStore, Stored, SwapOutcome as StoreOutcome, Swap } from '../ports/lease-store.ts';
import { createLane, type Ended, type LaneParts } from './lane.ts';

/** The key of the record. */
const stateKey = 'state';

export type StoreLaneParts = LaneParts & { readonly store: Pick<LeaseStore, 'read' | 'swap'>; readonly budgetMs: number };

export type StoreLane = {
  view(): StoreView;
  /** When the store last answered, be it to a read or to a write; null = never. */
  answeredAt(): Moment | null;
  lane(): LaneView;
  dispatch(intent: StoreIntent): void;
  /** Reads beside the lane, because somebody says that the record may have changed, unless its revision is one known here. */
  hint(hint: Hint): void;
};

/** The record as this process knows it, and its writes: at most one is in flight (R2). */
export function createStoreLane(given: StoreLaneParts): StoreLane {
  const { parts, answeredAt } = notingAnswers(given);
  const lane = createLane(parts);
  let view: StoreView = { clusterId: null, read: null, result: null };
  let isLooking = false;
  const read = async (): Promise<Ended> => {
    const { next, failure } = await readState(parts);
    // A slower read may bring what is older: a record's revision only grows.
    if (next && next.read.revision >= (view.read?.revision ?? 0)) view = { ...view, ...next };
    return { failure };
  };
  const swap = async (intent: SwapIntent): Promise<Ended> => {
    const outcome = await parts.store.swap(swapOf(intent, parts.budgetMs));
    view = { ...view, result: { nonce: intent.record.nonce, outcome: outcomeOf(outcome) } };
    return { failure: outcome.kind === 'unknown' ? outcome.reason : null };
  };
  return {
    view: () => view,
    answeredAt,
    lane: lane.view,
    dispatch: (intent) => lane.start(intent.kind, () => (intent.kind === 'swap' ? swap(intent) : read())),
    hint(hint) {
      if (isLooking || lane.view().busy || !isNews(hint, view)) return;
      isLooking = true;
      void read().finally(() => {
        isLooking = false;
        parts.changed();
      });
    },
  };
}

/** Own writes are hinted at as well. */
function isNews(hint: Hint, { read, result }: StoreView): boolean {
  if (hint === null) return true;
  const revision = hint.get(stateKey);
  const written = result?.outcome.kind === 'confirmed' ? result.outcome.revision : 0;
  return revision !== undefined && Number(revision) > Math.max(read?.revision ?? 0, written);
}

/** The parts with a store whose answers are noted by the moment of their question. */
function notingAnswers(parts: StoreLaneParts): { readonly parts: StoreLaneParts; readonly answeredAt: () => Moment | null } {
  let answeredAt: Moment | null = null;
  const noted = async <T extends { readonly kind: string }>(ask: Promise<T>): Promise<T> => {
    const askedAt = parts.moment();
    const outcome = await ask;
    if (outcome.kind !== 'unknown' && outcome.kind !== 'unavailable') answeredAt = askedAt;
    return outcome;
  };
  const store: StoreLaneParts['store'] = {
    read: (key, budgetMs) => noted(parts.store.read(key, budgetMs)),
    swap: (swap) => noted(parts.store.swap(swap)),
  };
  return { parts: { ...parts, store }, answeredAt: () => answeredAt };
}

type SwapIntent = Extract<StoreIntent, { kind: 'swap' }>;
type ReadState = { readonly clusterId: string; readonly read: NonNullable<StoreView['read']> };

async function readState({ store, budgetMs, moment }: StoreLaneParts): Promise<Ended & { readonly next: ReadState | null }> {
  const outcome = await store.read(stateKey, budgetMs);
  if (outcome.kind === 'unavailable') return { failure: outcome.reason, next: null };
  const read = { at: moment(), revision: Number(outcome.revision), found: parseRecord(outcome.text) };
  return { failure: null, next: { clusterId: outcome.clusterId, read } };
}

function swapOf({ record, expectRevision }: SwapIntent, budgetMs: number): Swap {
  return { key: stateKey, expectRevision: String(expectRevision), text: printRecord(record), nonce: record.nonce, budgetMs };
}

function outcomeOf(outcome: StoreOutcome): SwapOutcome {
  if (outcome.kind === 'confirmed') return { kind: 'confirmed', revision: Number(outcome.revision) };
  if (outcome.kind === 'unknown') return { kind: 'unknown' };
  return { kind: 'lost', ...readingOf(outcome.current) };
}

function readingOf({ text, revision }: Stored): { readonly revision: number; readonly found: RecordReading } {
  return { revision: Number(revision), found: parseRecord(text) };
}
