import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelSlots } from './channel-slots.ts';

/** Pauses before a refused channel is asked for again when no other is open: sshd frees a closed one a little late. */
const delaysMs = [5, 20, 80, 320];

/**
 * Runs `work`, which opens a channel, in a slot. Where the server grants fewer channels than there are slots
 * (MaxSessions), they are used one at a time and `work` starts again; it has not reached the host then.
 * Rejects as `work`, or with its `isChannelRefused` error when the server grants none at all.
 */
export async function useChannel<T>(slots: ChannelSlots, work: () => Promise<T>): Promise<T> {
  const delays = delaysMs.values();
  for (;;) {
    const result = await slots.hold(() => attempt(slots, work));
    if (!('refused' in result)) return result.value;
    if (result.others) continue;
    const delay = delays.next();
    if (delay.done) throw result.refused;
    await sleep(delay.value);
  }
}

/** Whether an error says that the server opened no channel. */
export function isChannelRefused(error: unknown): boolean {
  return /channel open failure/i.test((error as Error).message);
}

type Attempt<T> = { readonly value: T } | { readonly refused: unknown; readonly others: boolean };

async function attempt<T>(slots: ChannelSlots, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (refused) {
    if (!isChannelRefused(refused)) throw refused;
    return { refused, others: slots.shrink() };
  }
}
