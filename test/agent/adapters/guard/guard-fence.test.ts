import { describe, expect, test } from 'vitest';
import { guardFence } from '../../../../agent/src/adapters/guard/guard-fence.ts';
import { hostMoment } from '../../../../agent/src/adapters/host-clock.ts';
import { fenceContract } from '../../../contracts/fence.contract.ts';
import { guardPlace, startGuard } from '../../../support/guard-process.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

describe('netvis-guard behind its socket', () => {
  fenceContract(async () => {
    const place = await guardPlace();
    const { fence } = await startGuard(place);
    const killed = async () => (await place.killText()) === '1\n';
    return { fence, moment: hostMoment, endServer: () => place.populate(false), killed };
  });
});

test('without a guard every call says that it is out of reach, and why', async () => {
  const fence = guardFence(`${await temporaryDirectory()}/guard.sock`);
  const unreachable = { kind: 'unreachable', reason: expect.stringContaining('ENOENT') };
  expect(await fence.state(1000)).toEqual(unreachable);
  expect(await fence.withdraw(1, 1000)).toEqual(unreachable);
  expect(await fence.arm({ epoch: 1, deadline: hostMoment(), postmaster: null }, 1000)).toEqual(unreachable);
});

test('a guard that hangs is out of reach at the end of the budget, and its late answer is nobody’s', async () => {
  const guard = await startGuard(await guardPlace());
  guard.signal('SIGSTOP');
  expect(await guard.fence.state(100)).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/./) });
  guard.signal('SIGCONT');
  expect(await guard.fence.state(10_000)).toMatchObject({ kind: 'ok' });
});
