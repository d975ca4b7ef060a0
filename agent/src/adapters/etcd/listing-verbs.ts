import type { LeaseStore, LogEntry, WriteOutcome } from '../../ports/lease-store.ts';
import { type Asked, type Asker, take } from './ask.ts';
import { type Answer, keysCall, listedOf, newestCall, putAndDropCall, putCall } from './gateway.ts';
import { requireUse } from './misuse.ts';

type Settings = { readonly root: string; readonly monotonicMs: () => number };

/** So many operations fit into a transaction beside the put; what is beyond goes with the next entry. */
const maxDrops = 100;

/** Writing and listing the keys without authority. */
export function listingVerbs(asker: Asker, { root, monotonicMs }: Settings): Pick<LeaseStore, 'put' | 'append' | 'list'> {
  return {
    async put({ key, text, budgetMs }) {
      requireUse({ key, budgetMs });
      return written(await asker.ask(putCall(root + key, text), budgetMs, take));
    },
    /** Looks at the log's keys first, so that the write itself keeps the bound. Both requests share the budget. */
    async append(entry) {
      requireUse({ key: `${entry.log}/${entry.id}`, budgetMs: entry.budgetMs, count: entry.keep });
      const endMs = monotonicMs() + entry.budgetMs;
      const asked = await asker.ask(keysCall(root + entry.log), entry.budgetMs, take);
      if (asked.kind === 'none') return { kind: 'unknown', reason: asked.reason };
      return written(await asker.ask(appendCall(entry, root, asked.value), Math.max(1, endMs - monotonicMs()), take));
    },
    async list({ prefix, newest, budgetMs }) {
      requireUse({ key: prefix, budgetMs, count: newest });
      const asked = await asker.ask(newestCall(root + prefix, newest), budgetMs, take);
      if (asked.kind === 'none') return { kind: 'unavailable', reason: asked.reason };
      return { kind: 'entries', entries: listedOf(asked.value.kvs, root).toReversed() };
    },
  };
}

function appendCall({ log, id, text, keep }: LogEntry, root: string, { kvs }: Answer) {
  const key = `${root}${log}/${id}`;
  const others = listedOf(kvs, '')
    .map((listed) => listed.key)
    .filter((other) => other !== key);
  const gone = others.slice(0, Math.max(0, others.length + 1 - keep)).slice(0, maxDrops);
  return putAndDropCall({ key, text }, gone);
}

function written(asked: Asked<Answer>): WriteOutcome {
  return asked.kind === 'proof' ? { kind: 'written', revision: asked.value.header.revision } : { kind: 'unknown', reason: asked.reason };
}
