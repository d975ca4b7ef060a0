import { expect, test, vi } from 'vitest';
import { createFenceWatch } from '../../../agent/src/failover/fence-watch.ts';
import { fakeFence } from '../../support/fake-fence.ts';

const deadline = { monotonicMs: 900, boottimeMs: 900 };
const postmaster = { pid: 7, startTime: 70 };

function watchOf() {
  const world = { nowMs: 0, lives: true, reachable: true };
  const fence = fakeFence(
    {
      moment: () => ({ monotonicMs: world.nowMs, boottimeMs: world.nowMs }),
      serverLives: () => world.lives,
      kill: () => undefined,
      isReachable: () => world.reachable,
    },
    'boot-1',
  );
  const [changed, refused] = [vi.fn(), vi.fn()];
  const watch = () => createFenceWatch({ fence, budgetMs: 100, postmaster: () => postmaster, changed, refused });
  return { world, watch, changed, refused };
}

test('a deadline counts as armed once the guard has acknowledged it', async () => {
  const { watch, changed } = watchOf();
  const it = watch();
  it.dispatch({ kind: 'arm', epoch: 3, deadline });
  expect(it.view().armed).toBeNull();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(it.view()).toEqual({ reachable: true, armed: { epoch: 3, deadline } });
});

test('a new process finds the lease that the former one left', async () => {
  const { watch, changed } = watchOf();
  watch().dispatch({ kind: 'arm', epoch: 3, deadline });
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  const next = watch();
  await next.look();
  expect(next.leaseFile()).toEqual({ bootId: 'boot-1', epoch: 3, deadline, postmaster });
});

test('silence does not change what was armed', async () => {
  const { world, watch, changed } = watchOf();
  const it = watch();
  it.dispatch({ kind: 'arm', epoch: 3, deadline });
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  world.reachable = false;
  await it.look();
  expect(it.view()).toEqual({ reachable: false, armed: { epoch: 3, deadline } });
});

test('a refused order is told, and what the guard says instead is believed', async () => {
  const { world, watch, refused } = watchOf();
  const it = watch();
  world.nowMs = 1000;
  it.dispatch({ kind: 'arm', epoch: 3, deadline });
  await vi.waitFor(() => expect(refused).toHaveBeenCalledWith('arm', 'expired'));
  expect(it.view().armed).toBeNull();
});
