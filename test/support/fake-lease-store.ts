import { requireSwap, requireUse } from '../../agent/src/adapters/etcd/misuse.ts';
import { type Known, witness } from '../../agent/src/adapters/etcd/witness.ts';
import type { LeaseStore, Stored, Swap, SwapOutcome, WriteOutcome } from '../../agent/src/ports/lease-store.ts';
import type { MemoryStore } from './memory-store.ts';

export type Verb = 'read' | 'swap' | 'put' | 'append' | 'list';

/** How one request fares: ms until it arrives and until its reply does; null = lost on that way. */
export type Passage = { readonly requestMs: number | null; readonly replyMs: number | null };

/** What the fake needs of the world; with a virtual clock it runs in virtual time. */
export type StoreWorld = {
  nowMs(): number;
  after(ms: number, run: () => void): void;
  /** The ways of one call: one request, several for duplicates, none for silence. */
  passages(client: string, verb: Verb): readonly Passage[];
};

/** `name` is how the world tells clients apart; `known` is what this one knows from before. */
export type FakeClient = { readonly name: string; readonly known?: Partial<Known> };

/** A client of a store in memory, over a network that the world breaks as it likes. */
export function fakeLeaseStore(store: MemoryStore, world: StoreWorld, client: FakeClient): LeaseStore {
  const call = caller(store, world, client);
  return {
    ...recordVerbs(store, world, call),
    ...listingVerbs(store, call),
    watch(onHint, signal) {
      const hint = (key: string) => signal.aborted || onHint(new Map([[key, store.stored(key).revision]]));
      const end = store.onWrite((changed) => world.after(0, () => hint(changed)));
      signal.addEventListener('abort', end);
    },
    close: () => undefined,
  };
}

function recordVerbs(store: MemoryStore, world: StoreWorld, call: Caller): Pick<LeaseStore, 'read' | 'swap'> {
  let lastNonce = '';
  return {
    async read(key, budgetMs) {
      requireUse({ key, budgetMs });
      const mark = () => ({ clusterId: store.clusterId, headerRevision: store.revision() });
      const answer = await call('read', budgetMs, () => ({ kind: 'value', ...store.stored(key), ...mark() }) as const);
      return 'value' in answer ? answer.value : { kind: 'unavailable', ...answer };
    },
    async swap(swap) {
      requireSwap(swap, lastNonce);
      lastNonce = swap.nonce;
      const sentAtMs = world.nowMs();
      return judge(await call('swap', swap.budgetMs, () => store.swap(swap)), swap, sentAtMs);
    },
  };
}

function listingVerbs(store: MemoryStore, call: Caller): Pick<LeaseStore, 'put' | 'append' | 'list'> {
  return {
    async put({ key, text, budgetMs }) {
      requireUse({ key, budgetMs });
      return written(await call('put', budgetMs, () => store.write(key, text)));
    },
    async append(entry) {
      requireUse({ key: `${entry.log}/${entry.id}`, budgetMs: entry.budgetMs, count: entry.keep });
      return written(await call('append', entry.budgetMs, () => store.append(entry)));
    },
    async list({ prefix, newest, budgetMs }) {
      requireUse({ key: prefix, budgetMs, count: newest });
      const answer = await call('list', budgetMs, () => store.below(prefix).slice(-newest));
      return 'value' in answer ? { kind: 'entries', entries: answer.value } : { kind: 'unavailable', ...answer };
    },
  };
}

type Caller = <T>(verb: Verb, budgetMs: number, run: () => T) => Promise<Answered<T>>;

type Answered<T> = { readonly value: T } | { readonly reason: string };

/** Runs a call once for every request that arrives; the first reply that the client can believe is its answer. */
function caller(store: MemoryStore, world: StoreWorld, { name, known }: FakeClient): Caller {
  const seen = witness({ clusterId: null, revisionFloor: '0', ...known });
  return <T>(verb: Verb, budgetMs: number, run: () => T): Promise<Answered<T>> =>
    new Promise((resolve) => {
      const floor = seen.floor();
      let reason = `no answer in ${budgetMs} ms`;
      const arrive = (value: T, revision: string) => {
        const flaw = seen.accept({ clusterId: store.clusterId, revision }, floor);
        if (flaw === null) resolve({ value });
        else reason = flaw;
      };
      for (const { requestMs, replyMs } of world.passages(name, verb)) {
        if (requestMs === null) continue;
        world.after(requestMs, () => {
          const value = run();
          const revision = store.revision();
          if (replyMs !== null) world.after(replyMs, () => arrive(value, revision));
        });
      }
      world.after(budgetMs, () => resolve({ reason }));
    });
}

function judge(answer: Answered<Stored>, swap: Swap, sentAtMs: number): SwapOutcome {
  if (!('value' in answer)) return { kind: 'unknown', ...answer };
  const { value } = answer;
  return value.text === swap.text ? { kind: 'confirmed', revision: value.revision, sentAtMs } : { kind: 'lost', current: value };
}

function written(answer: Answered<string>): WriteOutcome {
  return 'value' in answer ? { kind: 'written', revision: answer.value } : { kind: 'unknown', ...answer };
}
