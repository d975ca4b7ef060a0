/** What one attempt came to: an answer that proves something, or the reason why there is none. */
export type Attempt<T> = { readonly kind: 'proof'; readonly value: T } | { readonly kind: 'none'; readonly reason: string };

/** `none` names the last reason of every endpoint that gave one. */
export type Hedged<T> =
  | { readonly kind: 'proof'; readonly value: T; readonly endpoint: string }
  | { readonly kind: 'none'; readonly reason: string };

export type HedgePlan<T> = {
  /** In the order of trust; one more is tried every `hedgeMs`, over and over, until `budgetMs` have passed. */
  readonly endpoints: readonly string[];
  readonly hedgeMs: number;
  readonly budgetMs: number;
  /** Never rejects but for a bug; `signal` fires when its answer is no longer wanted. */
  readonly attempt: (endpoint: string, signal: AbortSignal) => Promise<Attempt<T>>;
};

/** Why an attempt is ended whose answer nobody waits for; one for all, because an error of each call's own costs its stack. */
const answered = new Error('another member has answered');

/**
 * The first proof wins, the others are dropped. A failed attempt is followed at once by an endpoint that was not tried
 * yet. One that hangs is asked again in its turn: a follower that has sent a write to a dead leader answers that write never,
 * the next one as soon as there is a new leader. Resolves by the end of the budget; rejects as `attempt` does.
 */
export function hedge<T>({ endpoints, hedgeMs, budgetMs, attempt }: HedgePlan<T>): Promise<Hedged<T>> {
  const over = new AbortController();
  const reasons = new Map<string, string>();
  let launched = 0;
  return new Promise<Hedged<T>>((resolve, reject) => {
    const launch = () => {
      const endpoint = endpoints[launched % endpoints.length] ?? '';
      launched += 1;
      attempt(endpoint, over.signal).then((answer) => take(endpoint, answer), reject);
    };
    const take = (endpoint: string, answer: Attempt<T>) => {
      if (answer.kind === 'proof') return resolve({ ...answer, endpoint });
      reasons.set(endpoint, answer.reason);
      if (launched < endpoints.length && !over.signal.aborted) launch();
    };
    const ticker = setInterval(launch, hedgeMs);
    const end = setTimeout(() => resolve({ kind: 'none', reason: told(endpoints, reasons, budgetMs) }), budgetMs);
    over.signal.addEventListener('abort', () => {
      clearInterval(ticker);
      clearTimeout(end);
    });
    launch();
  }).finally(() => over.abort(answered));
}

function told(endpoints: readonly string[], reasons: ReadonlyMap<string, string>, budgetMs: number): string {
  return endpoints.map((endpoint) => `${endpoint}: ${reasons.get(endpoint) ?? `no answer in ${budgetMs} ms`}`).join('; ');
}
