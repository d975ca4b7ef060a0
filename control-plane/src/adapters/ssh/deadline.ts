/** Settles as `work`, or rejects with the signal's reason if that comes first; `work` is then left alone. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(signal.reason);
    signal.addEventListener('abort', fail, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', fail));
    if (signal.aborted) fail();
  });
}

/** Settles as `work`, or rejects with `late()` after `timeoutMs`. */
export async function within<T>(timeoutMs: number, late: () => Error, work: Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(late()), timeoutMs);
  try {
    return await unlessAborted(deadline.signal, work);
  } finally {
    clearTimeout(timer);
  }
}
