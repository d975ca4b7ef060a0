import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { durableStateFile } from './adapters/durable-state-file.ts';
import { hostMonotonicMs } from './adapters/host-clock.ts';
import { openLeaseStore } from './compose-failover.ts';
import type { AgentConfig } from './contract/agent-config.ts';
import type { OperatorAnswer } from './contract/operator.ts';
import { found, type OperatorParts, request, state, withdraw } from './failover/operator.ts';

const budgetMs = 3000;
const longestWaitMs = 600_000;

/** Carries out one of netvis-ctl's commands on this host. Never rejects for what the store or the operator did. */
export async function operatorCommand(config: AgentConfig, [command, ...words]: readonly string[]): Promise<OperatorAnswer> {
  const { failover } = config;
  if (!failover) return { ok: false, problem: 'no PostgreSQL of this host fails over' };
  const store = openLeaseStore(config, failover, durableStateFile(failover.stateDirectory).load());
  const parts: OperatorParts = { store, budgetMs, newNonce: randomUUID, monotonicMs: hostMonotonicMs, sleep: (ms) => delay(ms) };
  try {
    return await carryOut(parts, { command, words, founder: { host: config.host, ttlMs: failover.timings.ttlMs } });
  } finally {
    store.close();
  }
}

type Asked = {
  readonly command: string | undefined;
  readonly words: readonly string[];
  readonly founder: { readonly host: string; readonly ttlMs: number };
};

async function carryOut(parts: OperatorParts, { command, words, founder }: Asked): Promise<OperatorAnswer> {
  const [first = '', second = '0'] = words;
  if (command === 'found') return await found(parts, founder);
  if (command === 'state') return await state(parts);
  if (command === 'request') return await request(parts, { text: first, waitMs: Math.min(longestWaitMs, Number(second) || 0) });
  if (command === 'withdraw') return await withdraw(parts, first);
  return { ok: false, problem: `there is no command ${command}` };
}
