/** When the next decision is due at the latest, if nothing happens before. */
import { rightLeftMs } from './lease-deadline.ts';
import type { Situation } from './situation.ts';

/** On CLOCK_MONOTONIC. Each time here is one that a predicate compares with; one that is over wakes nobody again. */
export function wakeAtMs(situation: Situation): number {
  const { now } = situation;
  const due = timers(situation).filter((atMs) => atMs > now.monotonicMs);
  return Math.min(now.monotonicMs + situation.timings.renewMs, ...due);
}

function timers(situation: Situation): number[] {
  const { memory, timings, record, now } = situation;
  const { right, watch, idleSince, pause, behind } = memory;
  return [
    ...(right === null
      ? []
      : [right.sentAt.monotonicMs + timings.renewMs, now.monotonicMs + Math.max(0, rightLeftMs(memory, now, timings))]),
    ...(watch === null || record === null ? [] : [watch.since.monotonicMs + record.ttlMs, watch.since.monotonicMs + timings.renewMs]),
    ...(idleSince === null ? [] : [idleSince.monotonicMs + timings.ttlMs + 1]),
    ...(pause === null || !record?.pause ? [] : [pause.since.monotonicMs + record.pause.durationMs]),
    ...Object.values(behind).map(({ since }) => since.monotonicMs + timings.standbyGoneMs),
    ...(memory.unresolved === null ? [] : [memory.unresolved.lastAt.monotonicMs + timings.renewMs / 4]),
    ...(memory.adding === null ? [] : [memory.adding.since.monotonicMs + timings.standbyGoneMs]),
  ];
}
