/**
 * Takes what the store answered into the memory: which writes are mine, what my right is, what the key holds (R2, R3).
 */
import type { Attempt, Durable, Memory, Unresolved, Watch } from './memory.ts';
import type { RecordReading, StateRecord } from './record.ts';
import type { SwapOutcome, View } from './view.ts';

/** The memory after everything that this view's store part says. Answers of a store that is not ours are not read. */
export function remember(view: View, before: Memory): Memory {
  const pinned = pinStore(view, before);
  if (isForeignStore(view, pinned)) return resolveAttempt(view, pinned, () => ({ kind: 'unknown' }));
  const resolved = resolveAttempt(view, pinned, (outcome) => outcome);
  const { read } = view.store;
  return read === null ? resolved : see(view, resolved, { revision: read.revision, since: read.at, found: read.found });
}

/** Was this record written by this very process? Its nonces begin with its instance, which is random. */
export function isOwnWrite(view: View, record: StateRecord): boolean {
  return record.nonce.startsWith(`${view.self.instance}.`);
}

/** The store's identity is pinned at first sight; one that was rebuilt or mixed up is another store (R13). */
export function isForeignStore(view: View, { durable }: Memory): boolean {
  return view.store.clusterId !== null && durable.clusterId !== null && view.store.clusterId !== durable.clusterId;
}

function pinStore(view: View, memory: Memory): Memory {
  if (memory.durable.clusterId !== null || view.store.clusterId === null) return memory;
  return { ...memory, durable: { ...memory.durable, clusterId: view.store.clusterId } };
}

function resolveAttempt(view: View, memory: Memory, trust: (outcome: SwapOutcome) => SwapOutcome): Memory {
  const { attempt } = memory;
  const { result } = view.store;
  if (attempt === null) return memory;
  if (result?.nonce === attempt.nonce) return conclude(view, { ...memory, attempt: null }, { attempt, outcome: trust(result.outcome) });
  // The shell has no such write in flight and no outcome of it: nothing can be known of it any more.
  if (view.lanes.store.busy === null) return conclude(view, { ...memory, attempt: null }, { attempt, outcome: { kind: 'unknown' } });
  return memory;
}

function conclude(view: View, memory: Memory, { attempt, outcome }: { attempt: Attempt; outcome: SwapOutcome }): Memory {
  switch (outcome.kind) {
    case 'unknown':
      return isOvertaken(memory, attempt) ? memory : { ...memory, unresolved: mergeUnresolved(memory.unresolved, attempt) };
    case 'lost':
      if (outcome.revision < attempt.expectRevision) return storeWentBack(memory, attempt);
      return see(view, memory, { revision: outcome.revision, since: view.now, found: outcome.found });
    case 'confirmed':
      return confirm(view, memory, { attempt, revision: outcome.revision });
  }
}

/**
 * A confirmed write settles every earlier one: it changed the revision they all compare with, so none of them can land
 * any more (R2). The right counts from its send. No right follows from an offer, a release, or from a renewal that was
 * still under way when this epoch was given up (R10), or when somebody else's later write was seen before the answer.
 */
function confirm(view: View, memory: Memory, { attempt, revision }: { attempt: Attempt; revision: number }): Memory {
  const { record, sentAt } = attempt;
  const isMine = record.phase === 'held' && record.holder?.instance === view.self.instance && memory.surrendered !== record.epoch;
  if (memory.watch !== null && memory.watch.revision > revision) return memory;
  const right = isMine ? { epoch: record.epoch, sentAt, ttlMs: record.ttlMs } : null;
  const seen = see(view, memory, { revision, since: view.now, found: { kind: 'record', record } });
  return { ...seen, unresolved: null, right };
}

/**
 * A sight of a later revision than the one it compares is proof that it cannot land any more; the record says whether it
 * did. Who has a right still keeps to both outcomes until a later write is confirmed: the right is older than the sight.
 */
function isOvertaken({ watch, right }: Memory, { expectRevision }: Attempt): boolean {
  return right === null && watch !== null && watch.revision > expectRevision;
}

function mergeUnresolved(before: Unresolved | null, attempt: Attempt): Unresolved {
  const { record, purpose, sentAt } = attempt;
  if (before === null) return { since: sentAt, lastAt: sentAt, ttlMs: record.ttlMs, purposes: [purpose], members: record.members };
  const isNew = (member: { incarnation: string }) => !before.members.some(({ incarnation }) => incarnation === member.incarnation);
  return {
    since: before.since,
    lastAt: sentAt,
    ttlMs: Math.min(before.ttlMs, record.ttlMs),
    purposes: before.purposes.includes(purpose) ? before.purposes : [...before.purposes, purpose],
    members: [...before.members, ...record.members.filter(isNew)],
  };
}

/**
 * Takes a sight of the key, whether by a read, a watch or a lost compare. A newer revision that another process wrote
 * ends this process's right at once, and with it every write of its own that was under way: each compares an older
 * revision. A newer revision of its own proves no right (a read is never proof), it only tells what to compare with; to
 * who has no right it tells too which of its writes has landed.
 */
function see(view: View, memory: Memory, seen: Watch): Memory {
  if (wentBack(memory, seen)) return { ...memory, right: null, watch: null };
  if (memory.watch !== null && seen.revision <= memory.watch.revision) return memory;
  const isOwn = seen.found.kind === 'record' && isOwnWrite(view, seen.found.record);
  const durable = keep(memory, seen);
  const { right, unresolved } = isOwn ? memory : { right: null, unresolved: null };
  return { ...memory, watch: seen, durable, right, unresolved: right === null ? null : unresolved };
}

/**
 * A store that shows less than was seen before was restored or rolled back: nothing it says is true (R13). A reply that
 * was merely overtaken by a later one is no sign of that, so a running process takes only a lost compare for one.
 */
function wentBack({ durable, watch }: Memory, { revision, found }: Watch): boolean {
  if (found.kind === 'record' && found.record.epoch < durable.highestEpoch) return watch === null || revision > watch.revision;
  return watch === null && revision < durable.highestRevision;
}

/**
 * The key shows less than this process compared with: the store went back under it (R13). Nothing up to that revision is
 * believed any more, the replies that are still at hand included.
 */
function storeWentBack(memory: Memory, { expectRevision }: Attempt): Memory {
  const durable = { ...memory.durable, highestRevision: Math.max(memory.durable.highestRevision, expectRevision + 1) };
  return { ...memory, durable, right: null, surrendered: durable.highestEpoch, watch: null };
}

/** Renewals change nothing that a rolled-back store could take back unseen: they are not worth a write to disk. */
function keep({ durable, watch }: Memory, { revision, found }: Watch): Durable {
  if (found.kind !== 'record' || isRenewalOf(watch?.found, found.record)) return durable;
  return {
    ...durable,
    highestEpoch: Math.max(durable.highestEpoch, found.record.epoch),
    highestRevision: Math.max(durable.highestRevision, revision),
  };
}

function isRenewalOf(before: RecordReading | undefined, { epoch, phase, primary, members, publishedEpoch }: StateRecord): boolean {
  if (before?.kind !== 'record') return false;
  const { record } = before;
  return (
    record.epoch === epoch &&
    record.phase === phase &&
    record.publishedEpoch === publishedEpoch &&
    record.primary.incarnation === primary.incarnation &&
    sameMembers(record, members)
  );
}

function sameMembers({ members }: StateRecord, others: StateRecord['members']): boolean {
  return members.length === others.length && members.every(({ incarnation }, at) => incarnation === others[at]?.incarnation);
}
