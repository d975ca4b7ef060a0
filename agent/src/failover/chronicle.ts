import type { HistoryEntry } from '../contract/operator.ts';
import type { Decision } from '../core/failover/decision.ts';
import type { Intent } from '../core/failover/intent.ts';
import type { Journal } from '../ports/outlets.ts';

export type ChronicleParts = {
  readonly host: string;
  readonly journal: Journal;
  /** Adds to the cluster's history, when the store takes it; a lost entry is in the journal still. */
  append(entry: HistoryEntry): void;
};

/**
 * Notes what was decided: every change of mind in the journal, and in the cluster's history every change of the record once
 * it is seen to stand there. A write that was lost is no history; one that others overwrote before anybody here saw how it
 * ended is missing from it.
 */
export type Chronicle = { note(decision: Decision): void; last(): Decision | null };

export function createChronicle({ host, journal, append }: ChronicleParts): Chronicle {
  let last: Decision | null = null;
  const written = createWrites();
  return {
    note(decision) {
      const before = last;
      last = decision;
      const stands = written.settle(standingNonce(decision));
      if (stands) append(stands);
      written.add(writeOf(decision, host));
      if (decision.intents.every(isRoutine) && sawAlike(before, decision)) return;
      const intents = decision.intents.map(({ kind }) => kind);
      journal('info', 'decided', { rule: decision.ruleId, intents, saw: decision.why.saw, others: decision.why.others });
    },
    last: () => last,
  };
}

/** How many writes without a known outcome are remembered: far more than can still land. */
const mostWrites = 32;

/** The writes of which one may stand: all compare with the record as it was known, so a change of that settles them. */
function createWrites() {
  const entries = new Map<string, HistoryEntry>();
  let standing: string | null = null;
  return {
    /** The entry of the write that stands now, once. */
    settle(nonce: string | null): HistoryEntry | undefined {
      if (nonce === standing) return undefined;
      standing = nonce;
      const entry = nonce === null ? undefined : entries.get(nonce);
      entries.clear();
      return entry;
    },
    add(write: Written | null): void {
      if (write) entries.set(write.nonce, write.entry);
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > mostWrites) entries.delete(oldest);
    },
  };
}

/** A write to the record, by the nonce it is known by there. */
type Written = { readonly nonce: string; readonly entry: HistoryEntry };

/** A renewal changes nothing that a history would tell. */
function writeOf({ intents, ruleId, why }: Decision, host: string): Written | null {
  const swap = intents.find((intent) => intent.kind === 'swap');
  if (!swap || swap.purpose === 'renew') return null;
  const { epoch, nonce } = swap.record;
  const head = { at: new Date().toISOString(), host, epoch, kind: swap.purpose };
  return { nonce, entry: { ...head, rule: ruleId, saw: { ...why.saw }, others: { ...why.others } } };
}

/** Of the record as this process knows it. */
function standingNonce({ memory }: Decision): string | null {
  return memory.watch?.found.kind === 'record' ? memory.watch.found.record.nonce : null;
}

function sawAlike(before: Decision | null, after: Decision): boolean {
  return before !== null && JSON.stringify(before.why.saw) === JSON.stringify(after.why.saw);
}

/** What every turn in peace does: reading, renewing, telling the guard. */
function isRoutine(intent: Intent): boolean {
  return (
    intent.kind === 'read-state' ||
    intent.kind === 'arm' ||
    intent.kind === 'ask-peers' ||
    (intent.kind === 'swap' && intent.purpose === 'renew')
  );
}
