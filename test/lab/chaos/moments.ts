/** A source of numbers from 0 up to 1. */
export type Random = () => number;

/** The same numbers for the same seed on every machine (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * `count` moments of something that lasts `lengthMs`, one in each of as many equal parts of it, dealt out to chains of
 * at most `perChain`; each chain's are in order, and spread over the whole length.
 */
export function momentsOf(
  { count, perChain, lengthMs }: { count: number; perChain: number; lengthMs: number },
  random: Random,
): number[][] {
  const chains = Math.ceil(count / perChain);
  const moments = Array.from({ length: count }, (_, part) => Math.round(((part + random()) * lengthMs) / count));
  return Array.from({ length: chains }, (_, chain) => moments.filter((_, part) => part % chains === chain));
}
