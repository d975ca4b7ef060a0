import type { Swap } from '../../ports/lease-store.ts';

type Use = { readonly key: string; readonly budgetMs: number; readonly count?: number };

/** Throws TypeError on a call that no state of the network or the store can excuse. */
export function requireUse({ key, budgetMs, count = 1 }: Use): void {
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(key)) throw new TypeError(`not a key: ${key}`);
  if (!(budgetMs > 0 && budgetMs <= 60_000)) throw new TypeError(`not a budget: ${budgetMs} ms`);
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`not a count: ${count}`);
}

/** A text that was sent before could be taken for this swap's success, with a right that counts from too late. */
export function requireSwap(swap: Swap, lastNonce: string): void {
  requireUse(swap);
  if (!/^\d{1,19}$/.test(swap.expectRevision)) throw new TypeError(`not a revision: ${swap.expectRevision}`);
  if (swap.nonce.length < 16 || !swap.text.includes(swap.nonce)) throw new TypeError('the text must hold a nonce of 16 characters or more');
  if (swap.nonce === lastNonce) throw new TypeError('a nonce serves one swap');
}
