import { expect, test } from 'vitest';
import { postgresActuator } from '../../../agent/src/actuators/postgres.ts';
import type { CanaryIntent, PostgresIntent } from '../../../agent/src/core/failover/intent.ts';
import type { Outcome, PostgresControl } from '../../../agent/src/ports/postgres-control.ts';

/** Notes each verb with its arguments and answers as told. */
function listeningControl(answer: Outcome) {
  const heard: unknown[][] = [];
  const hear =
    (verb: string) =>
    async (...words: unknown[]) => {
      heard.push([verb, ...words]);
      return answer;
    };
  const control = new Proxy({} as PostgresControl, { get: (_, verb) => hear(String(verb)) });
  return { heard, carryOut: postgresActuator(control) };
}

const promotion = { kind: 'promote', promotionId: 'p', epoch: 3, forced: false } as const;
const stop = { kind: 'stop', mode: 'fast', deadlineMs: 100 } as const;

const cases: readonly (readonly [PostgresIntent | CanaryIntent, readonly unknown[]])[] = [
  [{ kind: 'initdb' }, ['initdb']],
  [{ kind: 'start-standby', follow: 'pg2' }, ['startStandby', 'pg2']],
  [{ kind: 'follow', host: null }, ['follow', null]],
  [promotion, ['promote', promotion]],
  [{ kind: 'set-sync-names', names: 'placeholder' }, ['setSyncNames', 'placeholder']],
  [{ kind: 'checkpoint' }, ['checkpoint']],
  [stop, ['stop', stop]],
  [{ kind: 'rewind', from: 'pg2' }, ['rewind', 'pg2']],
  [{ kind: 'rebuild', from: 'pg2' }, ['rebuild', 'pg2']],
  [{ kind: 'ensure-slots', hosts: ['pg1', 'pg2'] }, ['ensureSlots', ['pg1', 'pg2']]],
  [{ kind: 'open-gate' }, ['openGate']],
  [{ kind: 'shut-gate' }, ['shutGate']],
  [{ kind: 'canary', id: 'c' }, ['canary', 'c']],
];

test.each(cases)('%j is the verb %j', async (intent, words) => {
  const { heard, carryOut } = listeningControl({ kind: 'done' });
  expect(await carryOut(intent)).toEqual({ failure: null });
  expect(heard).toEqual([words]);
});

test.each<[Outcome, string]>([
  [{ kind: 'refused', reason: 'half-made' }, 'refused: half-made'],
  [{ kind: 'failed', reason: 'no space left' }, 'failed: no space left'],
  [{ kind: 'timeout', waitedFor: 'the checkpoint' }, 'timeout: waited for the checkpoint'],
])('%j is the failure %j', async (outcome, failure) => {
  const { carryOut } = listeningControl(outcome);
  expect(await carryOut({ kind: 'checkpoint' })).toEqual({ failure });
});
