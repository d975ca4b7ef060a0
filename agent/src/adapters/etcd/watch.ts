import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import { watchCall } from './gateway.ts';

type Watch = { readonly exchange: Exchange; readonly endpoints: readonly string[]; readonly key: string; readonly onHint: () => void };

/** A watch through a member that was cut off goes silent without an error. */
const silenceMs = 10_000;
const pauseMs = 500;

/**
 * Follows the key at one member after the other until `signal` fires; a watch that ends, fails or stays silent is opened
 * anew at the next. What happened in between is hinted at once by each new watch.
 */
export function watchKey(watch: Watch, signal: AbortSignal): void {
  void follow(watch, signal);
}

async function follow({ exchange, endpoints, key, onHint }: Watch, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const endpoint = endpoints[turn % endpoints.length] ?? '';
    await listen({ exchange, endpoint, key, onHint }, signal);
    await pause(signal);
  }
}

/** Resolves when the watch is over, for whatever reason: the caller opens another, and the key is polled besides. */
async function listen({ exchange, endpoint, key, onHint }: Omit<Watch, 'endpoints'> & { endpoint: string }, signal: AbortSignal) {
  const over = new AbortController();
  const silence = setTimeout(() => over.abort(), silenceMs);
  const stream = await exchange.open(endpoint, watchCall(key), AbortSignal.any([signal, over.signal])).catch(toNull);
  stream?.on('data', () => {
    silence.refresh();
    onHint();
  });
  if (stream !== null) await finished(stream).catch(toNull);
  clearTimeout(silence);
}

const toNull = () => null;

async function pause(signal: AbortSignal): Promise<void> {
  await delay(pauseMs, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
