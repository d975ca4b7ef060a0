import { setTimeout as delay } from 'node:timers/promises';

/** Looks until something is found; fails with what was there instead after `patienceMs`. */
export async function eventually<T>(
  look: () => Promise<{ readonly found: T } | { readonly missing: unknown }>,
  patienceMs = 15_000,
): Promise<T> {
  const end = performance.now() + patienceMs;
  while (true) {
    const seen = await look();
    if ('found' in seen) return seen.found;
    if (performance.now() > end) throw new Error(`not seen; last was ${JSON.stringify(seen.missing, null, 1)}`);
    await delay(10);
  }
}
