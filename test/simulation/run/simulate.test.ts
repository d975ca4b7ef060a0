import { describe, expect, it } from 'vitest';
import type { Brain } from '../agent/agent.ts';
import { realBrain } from '../agent/real-brain.ts';
import type { Fault } from '../schedule/fault.ts';
import type { Scenario } from '../schedule/scenario.ts';
import { timingsOf } from '../world/build-world.ts';
import type { Setup } from '../world/state.ts';
import { scenarioOf } from './run-seeds.ts';
import { type Outcome, simulate } from './simulate.ts';

/** By then everything has long been founded, copied and added. */
function quietFromMs({ preset }: Pick<Setup, 'preset'>): number {
  return 5_000 + timingsOf(preset).ttlMs;
}

function peace(change: Partial<Setup> = {}, faults: readonly Fault[] = []): Scenario {
  const setup = { seed: 7, replicas: 2, preset: 'balanced', mode: 'availability', wantedMembers: 1, clockRates: [1, 1.1, 0.9, 1] } as const;
  const shape = { ...setup, ...change };
  return { setup: shape, faults, healAtMs: quietFromMs(shape) + 5_000 };
}

/** Runs in peace and lists the operations of the last seconds, when everything has long been settled. */
function settledOperations(scenario: Scenario): { outcome: Outcome; operations: Set<string> } {
  const operations = new Set<string>();
  const outcome = simulate(scenario, realBrain, {
    isTraced: false,
    prepare: (world) => {
      world.operation = (_host, kind) => void (world.nowMs > quietFromMs(scenario.setup) && operations.add(kind));
    },
  });
  return { outcome, operations };
}

describe('a run in peace', () => {
  const shapes: Partial<Setup>[] = [
    { replicas: 1 },
    { replicas: 2, preset: 'fast' },
    { replicas: 3, wantedMembers: 2 },
    { replicas: 1, mode: 'protection' },
    { replicas: 2, preset: 'wide', clockRates: [0.9, 1.1, 1] },
  ];
  it.each(shapes)('founds a cluster that serves, is protected, and does nothing but renew: %o', (shape) => {
    const { outcome, operations } = settledOperations(peace(shape));
    expect(outcome.violation).toBeNull();
    expect(outcome.world.reigns).toBe(1);
    expect(outcome.acknowledged).toBeGreaterThan(50);
    expect([...operations].filter((kind) => !['swap:renew', 'arm', 'ask-peers', 'read-state'].includes(kind))).toEqual([]);
  });

  it('decides nothing when it looks a second time at the same things', () => {
    const second: string[] = [];
    const brain: Brain = {
      ...realBrain,
      decide: (view, memory) => {
        const decision = realBrain.decide(view, memory);
        if (decision.intents.length === 0) second.push(...realBrain.decide(view, decision.memory).intents.map(({ kind }) => kind));
        return decision;
      },
    };
    expect(simulate(peace(), brain, { isTraced: false }).violation).toBeNull();
    expect(second).toEqual([]);
  });
});

describe('a run of a seed', () => {
  it('is the same every time', () => {
    for (const seed of [11, 12, 13]) {
      const [first, second] = [0, 1].map(() => simulate(scenarioOf(seed, {}), realBrain, { isTraced: true }));
      expect(first?.world.trace.lines.length).toBeGreaterThan(100);
      expect(second?.world.trace.lines).toEqual(first?.world.trace.lines);
    }
  });

  it('differs from that of another seed', () => {
    const [first, second] = [1, 2].map((seed) => simulate(peace({ seed }), realBrain, { isTraced: true }));
    expect(second?.world.trace.lines).not.toEqual(first?.world.trace.lines);
  });

  it('keeps to the bounds that it is given', () => {
    const { setup } = scenarioOf(5, { replicas: 1, preset: 'wide', mode: 'protection' });
    expect(setup).toMatchObject({ seed: 5, replicas: 1, preset: 'wide', mode: 'protection' });
  });
});

describe('a brain that does nothing', () => {
  it('is found out: nobody can write', () => {
    const idle: Brain = {
      ...realBrain,
      decide: (view, memory) => ({ ruleId: 'idle', intents: [], memory, wakeAtMs: view.now.monotonicMs + 1_000 }),
    };
    expect(simulate(peace(), idle, { isTraced: false }).violation?.rule).toBe('writable after healing');
  });
});
