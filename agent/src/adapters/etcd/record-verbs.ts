import type { LeaseStore, Swap, SwapOutcome } from '../../ports/lease-store.ts';
import { type Asked, type Asker, take } from './ask.ts';
import { type Answer, foundBy, readCall, storedOf, swapCall } from './gateway.ts';
import { requireSwap, requireUse } from './misuse.ts';

type Settings = { readonly root: string; readonly monotonicMs: () => number };

/** Reading and swapping the keys that carry authority. */
export function recordVerbs(asker: Asker, { root, monotonicMs }: Settings): Pick<LeaseStore, 'read' | 'swap'> {
  let lastNonce = '';
  return {
    async read(key, budgetMs) {
      requireUse({ key, budgetMs });
      const asked = await asker.ask(readCall(root + key), budgetMs, take);
      if (asked.kind === 'none') return { kind: 'unavailable', reason: asked.reason };
      const { header, kvs } = asked.value;
      return { kind: 'value', ...storedOf(kvs), clusterId: header.clusterId, headerRevision: header.revision };
    },
    async swap(swap) {
      requireSwap(swap, lastNonce);
      lastNonce = swap.nonce;
      const sentAtMs = monotonicMs();
      const asked = await asker.ask(swapCall(root + swap.key, swap), swap.budgetMs, (answer) => judge(answer, swap, sentAtMs));
      return asked.kind === 'proof' ? asked.value : { kind: 'unknown', reason: asked.reason };
    },
  };
}

/**
 * One of a swap's duplicates wins, the others fail their compare; what then stands there tells whose it was. The same text
 * is ours, for it holds a nonce that was never sent before.
 */
function judge(answer: Answer, swap: Swap, sentAtMs: number): Asked<SwapOutcome> {
  if (answer.succeeded) return proof({ kind: 'confirmed', revision: answer.header.revision, sentAtMs });
  const current = foundBy(answer);
  if (current === null) return { kind: 'none', reason: 'it refuses the compare and does not say what it found' };
  if (current.revision === swap.expectRevision) return { kind: 'none', reason: 'it refuses the compare that holds' };
  if (current.text === swap.text) return proof({ kind: 'confirmed', revision: current.revision, sentAtMs });
  return proof({ kind: 'lost', current });
}

const proof = (value: SwapOutcome): Asked<SwapOutcome> => ({ kind: 'proof', value });
