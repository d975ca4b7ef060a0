import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../core/run-event.ts';

/** Often enough that proxies keep an idle stream and that a reader that went away is noticed. */
const heartbeatMs = 15_000;

/** Events as server-sent events; each carries its number as id, so that a reader resumes by Last-Event-ID. */
export function eventStream(events: AsyncIterable<StoredEvent>, beatMs: number = heartbeatMs): Readable {
  return Readable.from(frames(events, beatMs), { objectMode: false });
}

async function* frames(events: AsyncIterable<StoredEvent>, beatMs: number): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]();
  yield 'retry: 1000\n\n';
  for (let next = iterator.next(); ; ) {
    const result = await orBeat(next, beatMs);
    if (result === 'beat') yield ': still here\n\n';
    else if (result.done) return;
    else {
      yield frameOf(result.value);
      next = iterator.next();
    }
  }
}

async function orBeat<T>(next: Promise<T>, beatMs: number): Promise<T | 'beat'> {
  const settled = new AbortController();
  const beat = sleep(beatMs, 'beat' as const, { signal: settled.signal, ref: false });
  try {
    return await Promise.race([next, beat]);
  } finally {
    beat.catch(() => undefined);
    settled.abort();
  }
}

function frameOf(event: StoredEvent): string {
  return `id: ${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`;
}
