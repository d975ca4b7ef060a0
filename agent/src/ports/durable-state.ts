import type { Durable } from '../core/failover/memory.ts';

/** What must survive the process. Every method throws what the disk does: an agent that cannot keep it must not lead. */
export type DurableState = {
  /** Fresh where there is none yet. Throws on a state that cannot be read: what it knew is needed. */
  load(): Durable;
  /** On disk when it returns. */
  save(durable: Durable): void;
};
