import { setTimeout as delay } from 'node:timers/promises';

/** The end of a verb's time. */
export type Deadline = { leftMs(): number };

export function deadlineIn(ms: number): Deadline {
  const end = performance.now() + ms;
  return { leftMs: () => end - performance.now() };
}

/** A deadline passed while something was waited for. */
export class LateError extends Error {
  readonly waitedFor: string;

  constructor(waitedFor: string) {
    super(`waited too long for ${waitedFor}`);
    this.name = 'LateError';
    this.waitedFor = waitedFor;
  }
}

/** What `promise` comes to, or a LateError at the deadline; then its own outcome is nobody's business any more. */
export function by<T>(deadline: Deadline, waitedFor: string, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new LateError(waitedFor)), Math.max(0, deadline.leftMs()));
    const settled = <V>(end: (value: V) => void) => {
      return (value: V) => {
        clearTimeout(timer);
        end(value);
      };
    };
    promise.then(settled(resolve), settled(reject));
  });
}

export type Look<T> = { readonly waitedFor: string; readonly everyMs: number; readonly look: () => Promise<T | null> };

/** Looks again and again until there is something (not null); rejects with a LateError at the deadline. */
export async function until<T>(deadline: Deadline, { waitedFor, everyMs, look }: Look<T>): Promise<T> {
  while (true) {
    const found = await by(deadline, waitedFor, look());
    if (found !== null) return found;
    if (deadline.leftMs() <= 0) throw new LateError(waitedFor);
    await delay(everyMs);
  }
}
