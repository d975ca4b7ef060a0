/** Remembers for a day which run a caller's key led to. Every method rejects with NV_QUEUE when the store cannot be reached. */
export type IdempotencyKeys = {
  /**
   * Claims `key` for a request with this fingerprint. `claimed`: nobody holds it, the caller starts the run now.
   * Otherwise what its holder did: `run` is the id it led to, null while the holder is still at it.
   */
  claim(key: string, fingerprint: string): Promise<KeyClaim>;
  /** Names the run the claimed key led to. */
  settle(key: string, claim: { fingerprint: string; run: string }): Promise<void>;
  /** Gives a claimed key back, because no run came of it. */
  release(key: string): Promise<void>;
};

export type KeyClaim = { readonly claimed: true } | { readonly claimed: false; readonly fingerprint: string; readonly run: string | null };
