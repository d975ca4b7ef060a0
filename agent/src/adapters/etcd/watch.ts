import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Hint } from '../../ports/lease-store.ts';
import { pause } from '../pause.ts';
import type { Exchange } from './exchange.ts';
import { hintOf, watchCall } from './gateway.ts';

type Watch = {
  readonly exchange: Exchange;
  readonly endpoints: readonly string[];
  /** Before every key that is watched; ends with a slash. */
  readonly root: string;
  readonly onHint: (hint: Hint) => void;
};

/** A watch through a member that was cut off goes silent without an error. */
const silenceMs = 10_000;
const pauseMs = 500;

/**
 * Follows the keys at one member after the other until `signal` fires; a watch that ends, fails or stays silent is opened
 * anew at the next. Each new watch hints at once that anything may have happened in between.
 */
export function watchKeys(watch: Watch, signal: AbortSignal): void {
  void follow(watch, signal);
}

async function follow({ endpoints, ...watch }: Watch, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const endpoint = endpoints[turn % endpoints.length] ?? '';
    await listen({ ...watch, endpoint }, signal);
    await pause(pauseMs, signal);
  }
}

/** Resolves when the watch is over, for whatever reason: the caller opens another, and the keys are polled besides. */
async function listen({ exchange, endpoint, root, onHint }: Omit<Watch, 'endpoints'> & { endpoint: string }, signal: AbortSignal) {
  const over = new AbortController();
  const silence = setTimeout(() => over.abort(), silenceMs);
  const stream = await exchange.open(endpoint, watchCall(root), AbortSignal.any([signal, over.signal])).catch(toNull);
  const heard = (message: string) => {
    silence.refresh();
    onHint(hintOf(message, root));
  };
  if (stream !== null) await eachLine(stream, heard).catch(toNull);
  clearTimeout(silence);
}

/** Rejects when the stream breaks off. */
async function eachLine(stream: Readable, heard: (line: string) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: stream })) heard(line);
  } finally {
    stream.destroy();
  }
}

const toNull = () => null;
