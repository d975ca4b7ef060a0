import type { Ack } from './writer.ts';

/** What the acknowledged rows say of one fault; times are milliseconds, counted from the fault where they are moments. */
export type Verdict = {
  /** The longest time between two acknowledged rows that touches the time after the fault. */
  readonly gapMs: number;
  /** The last row that the old primary acknowledged; null = none after the fault. */
  readonly oldPrimaryLastMs: number | null;
  /** Rows that the old primary was sent, and acknowledged, while another server acknowledged rows: between its first and its last. */
  readonly doubleAcks: number;
  /** Hosts that acknowledged rows after the fault. */
  readonly writable: readonly string[];
};

/** `faultMs` on the rows' clock; `oldPrimary` was the primary then. */
export function judge(
  acks: readonly Ack[],
  fault: { readonly atMs: number; readonly oldPrimary: string; readonly endMs: number },
): Verdict {
  const sorted = [...acks].sort((a, b) => a.ackMs - b.ackMs);
  const after = sorted.filter(({ ackMs }) => ackMs >= fault.atMs);
  const last = after.filter(({ host }) => host === fault.oldPrimary).at(-1);
  const elsewhere = after.filter(({ host }) => host !== fault.oldPrimary).map(({ ackMs }) => ackMs);
  const [first = Number.POSITIVE_INFINITY] = elsewhere;
  const final = elsewhere.at(-1) ?? 0;
  const meanwhile = after.filter(({ host, sentMs }) => host === fault.oldPrimary && sentMs > first && sentMs < final);
  return {
    gapMs: longestGap(
      sorted.map(({ ackMs }) => ackMs),
      fault,
    ),
    oldPrimaryLastMs: last && last !== after[0] ? last.ackMs - fault.atMs : null,
    doubleAcks: meanwhile.length,
    writable: [...new Set(after.map(({ host }) => host))],
  };
}

/** Between neighbours of which the later one is after the fault; the end of the observation counts as a last row. */
function longestGap(times: readonly number[], { atMs, endMs }: { atMs: number; endMs: number }): number {
  const moments = [...times.filter((time) => time <= endMs), endMs];
  const gaps = moments.map((time, i) => (time >= atMs ? time - (moments[i - 1] ?? atMs) : 0));
  return Math.max(0, ...gaps);
}
