/** A seeded bug: the agent's mind, or the world, with one rule broken. */
import type { Intent } from '../../../agent/src/core/failover/intent.ts';
import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import type { StateRecord } from '../../../agent/src/core/failover/record.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import type { Brain, Decision } from '../agent/agent.ts';
import type { World } from '../world/state.ts';

export type Mutant = {
  /** The rule of the protocol that it breaks. */
  readonly breaks: string;
  readonly brain?: (brain: Brain) => Brain;
  readonly world?: (world: World) => void;
};

/** A brain that sees something else than what is. */
export function seeing(rewrite: (view: View, memory: Memory) => View): (brain: Brain) => Brain {
  return (brain) => ({ ...brain, decide: (view, memory) => brain.decide(rewrite(view, memory), memory) });
}

/** A brain that decides something else than what it should. `before` is the memory of the decision before. */
export function deciding(rewrite: (decision: Decision, view: View, before: Memory) => Decision): (brain: Brain) => Brain {
  return (brain) => ({ ...brain, decide: (view, memory) => rewrite(brain.decide(view, memory), view, memory) });
}

/** Replaces each intent by none, one or many. */
export function rewriting(rewrite: (intent: Intent, view: View, memory: Memory) => readonly Intent[]): (brain: Brain) => Brain {
  return deciding((decision, view) => ({
    ...decision,
    intents: decision.intents.flatMap((intent) => rewrite(intent, view, decision.memory)),
  }));
}

/** The view with another record in place of the one that was read and watched. */
export function withRecord(view: View, change: (record: StateRecord) => StateRecord): View {
  const { read } = view.store;
  if (read === null || read.found.kind !== 'record') return view;
  return { ...view, store: { ...view.store, read: { ...read, found: { kind: 'record', record: change(read.found.record) } } } };
}
