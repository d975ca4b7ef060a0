/** The agent's reads and swaps of the record, each given up after the request budget. */
import type { StoreIntent } from '../../../agent/src/core/failover/intent.ts';
import type { RecordReading, StateRecord } from '../../../agent/src/core/failover/record.ts';
import type { Request } from '../../../agent/src/core/failover/request.ts';
import type { SwapOutcome } from '../../../agent/src/core/failover/view.ts';
import type { StoreAnswer } from '../world/host-state.ts';
import { askStore } from '../world/store.ts';
import { type Agent, inAgent, momentOf } from './agent.ts';
import { begin } from './lanes.ts';

/** The store holds what reading the record's text gives: printing and reading it are tested by themselves. */
export function storedRecord(record: StateRecord): RecordReading {
  return { kind: 'record', record };
}

export function readState(agent: Agent, whenOver: () => void): void {
  const end = begin(agent, { lane: 'store', kind: 'read-state' }, whenOver);
  let isOpen = true;
  const close = (answer: StoreAnswer | null) => {
    if (!isOpen) return;
    isOpen = false;
    if (answer !== null) hear(agent, answer);
    end(answer === null ? 'no answer' : null);
  };
  askStore(agent.world, agent.host, { request: { kind: 'read' }, answered: close });
  giveUpAfterBudget(agent, () => close(null));
}

type Swap = Extract<StoreIntent, { kind: 'swap' }>;

export function swap(agent: Agent, { purpose, record, expectRevision }: Swap, whenOver: () => void): void {
  const { nonce } = record;
  const end = begin(agent, { lane: 'store', kind: 'swap', step: `swap:${purpose}` }, whenOver);
  let isOpen = true;
  const close = (outcome: SwapOutcome) => {
    if (!isOpen) return;
    isOpen = false;
    agent.store = { ...agent.store, result: { nonce, outcome } };
    end(null);
  };
  const request = { kind: 'swap', expectRevision, value: storedRecord(record) } as const;
  askStore(agent.world, agent.host, { request, answered: (answer) => close(outcomeOf(answer, nonce)) });
  giveUpAfterBudget(agent, () => close({ kind: 'unknown' }));
}

/** A compare that failed on the attempt's own nonce was its own success: a duplicate of the request was first. */
function outcomeOf(answer: StoreAnswer, nonce: string): SwapOutcome {
  const { kind, revision } = answer;
  if (kind === 'swapped') return { kind: 'confirmed', revision };
  if (kind !== 'compared unequal') return { kind: 'unknown' };
  const found = readingOf(answer.value);
  const isOwn = found.kind === 'record' && found.record.nonce === nonce;
  return isOwn ? { kind: 'confirmed', revision } : { kind: 'lost', revision, found };
}

function giveUpAfterBudget(agent: Agent, giveUp: () => void): void {
  inAgent(agent, { delayMs: agent.settings.timings.requestBudgetMs / agent.host.clock.rate, run: giveUp });
}

/** Takes what a read or the watch tells. */
export function hear(agent: Agent, { revision, value, clusterId, requests }: StoreAnswer): void {
  const read = { at: momentOf(agent), revision: value === null ? 0 : revision, found: readingOf(value) };
  agent.store = { ...agent.store, clusterId, read };
  agent.requests = requests as readonly Request[];
}

export function readingOf(value: unknown): RecordReading {
  return value === null ? { kind: 'absent' } : (value as RecordReading);
}
