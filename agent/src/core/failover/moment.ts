/**
 * One instant on this node's two clocks, in milliseconds since some start of their own. CLOCK_MONOTONIC stands still
 * while the host is suspended, CLOCK_BOOTTIME does not. Moments of two nodes are never compared (R3).
 */
export type Moment = { readonly monotonicMs: number; readonly boottimeMs: number };

/**
 * How much time a holder must believe has passed: whichever clock says more, so that a suspend shortens its right (R3).
 */
export function elapsedForHolder(from: Moment, to: Moment): number {
  return Math.max(to.monotonicMs - from.monotonicMs, to.boottimeMs - from.boottimeMs);
}

/** How much time a candidate may count as watched: CLOCK_MONOTONIC alone, so that a suspend does not count (R3). */
export function elapsedForCandidate(from: Moment, to: Moment): number {
  return to.monotonicMs - from.monotonicMs;
}

/** `moment` moved by `ms` on both clocks. */
export function after(moment: Moment, ms: number): Moment {
  return { monotonicMs: moment.monotonicMs + ms, boottimeMs: moment.boottimeMs + ms };
}
