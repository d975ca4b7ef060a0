import { known, type Reading, unknown } from '../core/reading.ts';

/** Runs `read` for at most `ms`; a failure or a late answer becomes a reason. The signal ends what is late. */
export async function within<T>(ms: number, read: (signal: AbortSignal) => Promise<T>): Promise<Reading<T>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  const expired = new Promise<never>((_, reject) =>
    late.signal.addEventListener('abort', () => reject(new Error(`no answer in ${ms} ms`))),
  );
  try {
    return known(await Promise.race([read(late.signal), expired]));
  } catch (error) {
    return unknown(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** The one line of an error an operator can use. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  return error.message || code || error.name;
}

/**
 * Remembers the last value of `read` for `ms`, which may depend on that value; readings that change slowly are not read
 * each tick.
 */
export function everyMs<T>(ms: number | ((value: T) => number), nowMs: () => number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: T } | null = null;
  const lasting = (value: T) => (typeof ms === 'number' ? ms : ms(value));
  return async () => {
    if (last && nowMs() - last.at < lasting(last.value)) return last.value;
    const at = nowMs();
    const value = await read();
    last = { at, value };
    return value;
  };
}
