import { readdir, readlink } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { guardFence } from '../../../../agent/src/adapters/guard/guard-fence.ts';
import { hostMoment } from '../../../../agent/src/adapters/host-clock.ts';
import { fenceContract } from '../../../contracts/fence.contract.ts';
import { guardPlace, startGuard } from '../../../support/guard-process.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const budgetMs = 10_000;

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
  expect(await guard.fence.state(budgetMs)).toMatchObject({ kind: 'ok' });
});

test('calls one after the other share a connection, calls at once have one each, and one of them stays', async () => {
  const place = await guardPlace();
  const { pid } = await startGuard(place);
  const sockets = async () => (await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`)))).sort();
  const before = await sockets();
  const fence = guardFence(place.socket);
  await fence.state(budgetMs);
  const shared = await sockets();
  expect(shared).toHaveLength(before.length + 1);
  for (let i = 0; i < 3; i += 1) await fence.state(budgetMs);
  expect(await sockets()).toEqual(shared);
  const answers = await Promise.all(Array.from({ length: 5 }, () => fence.state(budgetMs)));
  expect(answers.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  await vi.waitFor(async () => expect(await sockets()).toHaveLength(shared.length), { timeout: budgetMs });
});

test('a guard that took the place of another is asked at once', async () => {
  const place = await guardPlace();
  const first = await startGuard(place);
  expect(await first.fence.state(budgetMs)).toMatchObject({ kind: 'ok' });
  await first.end('SIGKILL');
  await startGuard(place);
  expect(await first.fence.state(budgetMs)).toMatchObject({ kind: 'ok' });
});
