import { describe, expect, it } from 'vitest';
import { runFor } from './advance.ts';
import { readClock } from './clock.ts';
import { arm, freezeGuard, killGuard } from './guard.ts';
import { pause, resume } from './host-power.ts';
import type { PauseKind } from './host-state.ts';
import { hostAt, makeStage, raisePrimary } from './stage.ts';
import type { World } from './state.ts';

function armed(inMs: number) {
  const world = makeStage(1);
  const server = raisePrimary(world);
  const host = hostAt(world, 0);
  const at = (name: 'monotonic' | 'boottime') => readClock(host, name, world.nowMs) + inMs;
  arm(world, host, { epoch: 1, deadline: { monotonicMs: at('monotonic'), boottimeMs: at('boottime') } });
  return { world, server, host };
}

function pauseFor(world: World, kind: PauseKind, forMs: number): void {
  pause(world, hostAt(world, 0), kind);
  runFor(world, forMs);
  resume(world, hostAt(world, 0));
}

describe('netvis-guard', () => {
  it('kills at the deadline, not before', () => {
    const { world, server, host } = armed(1_000);
    runFor(world, 999);
    expect(server.isAlive).toBe(true);
    runFor(world, 20);
    expect([server.isAlive, host.role]).toEqual([false, 'fault']);
  });

  it('kills at once after a pause that any of its clocks saw', () => {
    for (const kind of ['freeze', 'suspend'] as const) {
      const { world, server } = armed(1_000);
      pauseFor(world, kind, 2_000);
      runFor(world, 15);
      expect(server.isAlive).toBe(false);
    }
  });

  it('knows nothing of a pause that no clock saw', () => {
    const { world, server } = armed(1_000);
    pauseFor(world, 'blind', 2_000);
    runFor(world, 900);
    expect(server.isAlive).toBe(true);
    runFor(world, 150);
    expect(server.isAlive).toBe(false);
  });

  it('fences by its own death, and by that of a frozen one a second later', () => {
    const killed = armed(5_000);
    killGuard(killed.world, killed.host);
    runFor(killed.world, 40);
    expect(killed.server.isAlive).toBe(false);
    const frozen = armed(5_000);
    freezeGuard(frozen.world, frozen.host);
    runFor(frozen.world, 900);
    expect(frozen.server.isAlive).toBe(true);
    runFor(frozen.world, 400);
    expect(frozen.server.isAlive).toBe(false);
  });
});
