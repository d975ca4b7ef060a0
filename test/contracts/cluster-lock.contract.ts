import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { LockClaim } from '../../control-plane/src/core/run-lock/claim.ts';
import type { ClusterLock, HeldClusterLock, LockPlace, TakeOptions } from '../../control-plane/src/ports/cluster-lock.ts';

/** A cluster's lock hosts `e1`, `e2`, `e3`, and what may happen to them. */
export type LockWorld = {
  /** The lock as each control machine sees it; all see the same hosts. */
  readonly lock: ClusterLock;
  readonly place: LockPlace;
  /** The control machine's own clock. */
  readonly clock: { ms: number };
  /** The last sign of life of whoever holds a host is so long ago now. */
  age(ms: number): Promise<void>;
  /** Lets five seconds pass for those who hold a lock. */
  beat(): void;
  /** A host that does not answer, until it is mended. */
  fail(host: string): void;
  mend(host: string): void;
};

const claimOf = (run: string): LockClaim => ({
  run,
  owner: 'ada@desk',
  machine: 'desk',
  reason: `apply --limit ${run}`,
  since: '2026-01-01T00:00:00.000Z',
});

function options(over: Partial<TakeOptions> = {}): TakeOptions {
  return { floor: 0, waitMs: 0, onWait: () => undefined, signal: new AbortController().signal, ...over };
}

/** What every lock of a cluster must do. `open` gives lock hosts that never held one. */
export function clusterLockContract(open: () => Promise<LockWorld>): void {
  const take = ({ lock, place }: LockWorld, run: string, over: Partial<TakeOptions> = {}) =>
    lock.acquire(place, claimOf(run), options(over));

  test('it is held by one run at a time, which the others are told of', async () => {
    const world = await open();
    const first = await take(world, 'r1');
    await expect(take(world, 'r2')).rejects.toMatchObject({
      code: 'NV_LOCKED',
      message: expect.stringMatching(/ada@desk since 2026-01-01T00:00:00.000Z: apply --limit r1 \(run r1\)/),
    });
    await first.release();
    await first.release();
    const second = await take(world, 'r2');
    expect(second).toMatchObject({ epoch: first.epoch + 1, previous: first.epoch, broke: false });
    await second.release();
  });

  test('of two that take it at once one gets it', async () => {
    const world = await open();
    const results = await Promise.allSettled([take(world, 'r1'), take(world, 'r2')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NV_LOCKED' });
    for (const result of results) if (result.status === 'fulfilled') await result.value.release();
  });

  test('who waits for it gets it when it is given back', async () => {
    const world = await open();
    const first = await take(world, 'r1');
    const waited: LockClaim[] = [];
    const onWait = (holder: LockClaim) => {
      waited.push(holder);
      void first.release();
    };
    const second = await take(world, 'r2', { waitMs: 60_000, onWait });
    expect(waited).toMatchObject([{ run: 'r1', reason: 'apply --limit r1' }]);
    expect(second.epoch).toBe(first.epoch + 1);
    await second.release();
  });

  test('waiting ends with NV_LOCKED after the time allowed, and at once when it is called off', async () => {
    const world = await open();
    const first = await take(world, 'r1');
    const pass = () => {
      world.clock.ms += 60_001;
    };
    await expect(take(world, 'r2', { waitMs: 60_000, onWait: pass })).rejects.toMatchObject({ code: 'NV_LOCKED' });
    const stop = new AbortController();
    const why = new Error('called off');
    await expect(take(world, 'r2', { waitMs: 60_000, signal: stop.signal, onWait: () => stop.abort(why) })).rejects.toBe(why);
    await first.release();
  });

  test('a dead holder is broken with a greater epoch, and is told when it lives after all', async () => {
    const world = await open();
    const dead = await take(world, 'r1');
    await world.age(19_000);
    await expect(take(world, 'r2')).rejects.toMatchObject({ code: 'NV_LOCKED' });
    await world.age(21_000);
    const next = await take(world, 'r2');
    expect(next).toMatchObject({ epoch: dead.epoch + 1, broke: true });
    await expectLost(world, dead);
    await dead.release();
    await expect(take(world, 'r3')).rejects.toMatchObject({ code: 'NV_LOCKED' });
    await next.release();
  });

  test('a sign of life keeps it', async () => {
    const world = await open();
    const held = await take(world, 'r1');
    await world.age(19_000);
    world.beat();
    await expect.poll(() => take(world, 'r2').catch(({ message }) => message), { timeout: 10_000 }).toContain('run r1');
    await world.age(19_000);
    expect(held.lost.aborted).toBe(false);
    await held.release();
  });

  test('a run takes over at once what an earlier process of it held', async () => {
    const world = await open();
    const killed = await take(world, 'r1');
    const resumed = await take(world, 'r1');
    expect(resumed).toMatchObject({ epoch: killed.epoch + 1, broke: true });
    await expectLost(world, killed);
    await resumed.release();
  });

  test('the epoch is above the floor, and above every one given while other hosts were down', async () => {
    const world = await open();
    const first = await take(world, 'r1', { floor: 41 });
    expect(first.epoch).toBe(42);
    await first.release();
    world.fail('e1');
    const second = await take(world, 'r2');
    await second.release();
    world.mend('e1');
    world.fail('e3');
    const third = await take(world, 'r3');
    expect([second.epoch, third.epoch]).toEqual([43, 44]);
    await third.release();
  });

  test('a minority of its hosts that is down hinders nobody, a majority everybody', async () => {
    const world = await open();
    world.fail('e2');
    const held = await take(world, 'r1');
    await expect(take(world, 'r2')).rejects.toMatchObject({ code: 'NV_LOCKED' });
    await held.release();
    world.fail('e3');
    await expect(take(world, 'r2')).rejects.toMatchObject({ code: 'NV_LOCK_HOSTS', message: expect.stringMatching(/e2: .*e3: /) });
  });

  test('a holder that reaches no majority for 15 seconds takes it for lost, before others may break it', async () => {
    const world = await open();
    const held = await take(world, 'r1');
    world.fail('e1');
    world.fail('e2');
    world.clock.ms += 15_001;
    await expectLost(world, held);
    await held.release();
  });
}

async function expectLost(world: LockWorld, held: HeldClusterLock): Promise<void> {
  const lost = once(held.lost, 'abort');
  world.beat();
  await lost;
  expect(held.lost.aborted).toBe(true);
}
