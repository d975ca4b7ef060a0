import type { Listed, Stored } from '../../agent/src/ports/lease-store.ts';

type Entry = { readonly text: string; readonly revision: bigint; readonly created: bigint };

/** What etcd does for the lease store, in memory and at once. */
export type MemoryStore = {
  readonly clusterId: string;
  /** The revision of the whole store. */
  revision(): string;
  stored(key: string): Stored;
  /** Replaces the text if the key's revision is as expected, and gives what stands there then. */
  swap(swap: { readonly key: string; readonly expectRevision: string; readonly text: string }): Stored;
  /** Gives the new revision. */
  write(key: string, text: string): string;
  append(entry: { readonly log: string; readonly id: string; readonly text: string; readonly keep: number }): string;
  /** Everything below `prefix/`, in the order it came to be. */
  below(prefix: string): readonly Listed[];
  /** Calls back at each write until the returned function is called. */
  onWrite(watcher: (key: string) => void): () => void;
};

export function memoryStore(clusterId = '14841639068965178418'): MemoryStore {
  const entries = new Map<string, Entry>();
  const watchers = new Set<(key: string) => void>();
  let revision = 1n;
  const store: MemoryStore = {
    clusterId,
    revision: () => `${revision}`,
    stored: (key) => storedOf(entries.get(key)),
    swap({ key, expectRevision, text }) {
      if (store.stored(key).revision === expectRevision) store.write(key, text);
      return store.stored(key);
    },
    write(key, text) {
      revision += 1n;
      entries.set(key, { text, revision, created: entries.get(key)?.created ?? revision });
      for (const watcher of watchers) watcher(key);
      return `${revision}`;
    },
    append({ log, id, text, keep }) {
      const written = store.write(`${log}/${id}`, text);
      for (const { key } of store.below(log).slice(0, -keep)) entries.delete(key);
      return written;
    },
    below: (prefix) => listedOf([...entries].filter(([key]) => key.startsWith(`${prefix}/`))),
    onWrite(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
  return store;
}

function storedOf(entry: Entry | undefined): Stored {
  return entry === undefined ? { text: null, revision: '0' } : { text: entry.text, revision: `${entry.revision}` };
}

function listedOf(found: readonly (readonly [string, Entry])[]): readonly Listed[] {
  const sorted = found.toSorted(([, a], [, b]) => Number(a.created - b.created));
  return sorted.map(([key, { text, revision }]) => ({ key, text, revision: `${revision}` }));
}
