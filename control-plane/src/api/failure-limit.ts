/** Slows down who guesses tokens: after `most` failures an address waits until the window since its first one is over. */
export type FailureLimit = {
  /** Seconds the address still has to wait; 0 = it may try. */
  waitSeconds(address: string): number;
  failed(address: string): void;
};

const most = 20;
const windowMs = 60_000;
/** Addresses remembered at most: the oldest is forgotten first. */
const mostAddresses = 10_000;

export function createFailureLimit(monotonicMs: () => number): FailureLimit {
  const failures = new Map<string, { count: number; readonly sinceMs: number }>();
  const current = (address: string) => {
    const entry = failures.get(address);
    if (entry && monotonicMs() - entry.sinceMs < windowMs) return entry;
    failures.delete(address);
    return undefined;
  };
  return {
    waitSeconds(address) {
      const entry = current(address);
      return entry && entry.count >= most ? Math.ceil((entry.sinceMs + windowMs - monotonicMs()) / 1000) : 0;
    },
    failed(address) {
      const entry = current(address) ?? { count: 0, sinceMs: monotonicMs() };
      entry.count += 1;
      failures.set(address, entry);
      const [oldest] = failures.keys();
      if (failures.size > mostAddresses && oldest !== undefined) failures.delete(oldest);
    },
  };
}
