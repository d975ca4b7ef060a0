import type { RandomNumbers } from '../../support/seeded-random.ts';

/**
 * `count` moments of something that lasts `lengthMs`, one in each of as many equal parts of it, dealt out to chains of
 * at most `perChain`; each chain's are in order, and spread over the whole length.
 */
export function momentsOf(
  { count, perChain, lengthMs }: { count: number; perChain: number; lengthMs: number },
  random: RandomNumbers,
): number[][] {
  const chains = Math.ceil(count / perChain);
  const moments = Array.from({ length: count }, (_, part) => Math.round(((part + random()) * lengthMs) / count));
  return Array.from({ length: chains }, (_, chain) => moments.filter((_, part) => part % chains === chain));
}
