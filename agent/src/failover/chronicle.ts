import type { HistoryEntry } from '../contract/operator.ts';
import type { Decision } from '../core/failover/decision.ts';
import type { Intent, Purpose } from '../core/failover/intent.ts';
import type { Journal } from '../ports/outlets.ts';

export type ChronicleParts = {
  readonly host: string;
  readonly journal: Journal;
  /** Adds to the cluster's history, when the store takes it; a lost entry is in the journal still. */
  append(entry: HistoryEntry): void;
};

/** Notes what was decided: every change of mind in the journal, every change of the record in the cluster's history. */
export type Chronicle = { note(decision: Decision): void; last(): Decision | null };

export function createChronicle({ host, journal, append }: ChronicleParts): Chronicle {
  let last: Decision | null = null;
  return {
    note(decision) {
      const before = last;
      last = decision;
      const written = writesOf(decision.intents);
      if (decision.intents.every(isRoutine) && sawAlike(before, decision)) return;
      const intents = decision.intents.map(({ kind }) => kind);
      journal('info', 'decided', { rule: decision.ruleId, intents, saw: decision.why.saw, others: decision.why.others });
      for (const { purpose, epoch } of written) append(entryOf(decision, { at: new Date().toISOString(), host, epoch, kind: purpose }));
    },
    last: () => last,
  };
}

type Written = { readonly purpose: Purpose; readonly epoch: number };

/** A renewal changes nothing that a history would tell. */
function writesOf(intents: readonly Intent[]): readonly Written[] {
  return intents.flatMap((intent) =>
    intent.kind === 'swap' && intent.purpose !== 'renew' ? [{ purpose: intent.purpose, epoch: intent.record.epoch }] : [],
  );
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

function entryOf({ ruleId, why }: Decision, head: Pick<HistoryEntry, 'at' | 'host' | 'epoch' | 'kind'>): HistoryEntry {
  return { ...head, rule: ruleId, saw: { ...why.saw }, others: { ...why.others } };
}
