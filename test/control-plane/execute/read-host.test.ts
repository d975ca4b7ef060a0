import { expect, test } from 'vitest';
import { type ErrorCode, NvError } from '../../../control-plane/src/core/errors.ts';
import type { RunMode } from '../../../control-plane/src/core/run-event.ts';
import { readHost } from '../../../control-plane/src/execute/read-host.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { fakeRemoteHosts, localShell } from '../../support/fake-remote-hosts.ts';
import { stillClock } from '../../support/still-clock.ts';

const secret = 'correct-horse-battery';

/** Reads the first host of a site, whose first answers are these errors. */
async function readAfter(mode: RunMode, ...errors: readonly { code: ErrorCode; message: string }[]) {
  const base = buildRunSite(buildRunRecord({ mode }));
  const left = [...errors];
  const remotes = fakeRemoteHosts({
    answer: async (script, context) => {
      const error = left.shift();
      if (error) throw new NvError(error);
      return await localShell(script, context);
    },
  });
  const run = { ...base, remotes, secrets: { ...base.secrets, mask: (text: string) => text.replaceAll(secret, '[secret]') } };
  return { result: await readHost(run, base.site.hosts[0]?.name ?? '', stillClock()), calls: remotes.calls.length };
}

test('what a host says of facts that cannot be read is masked', async () => {
  const { result } = await readAfter('plan', { code: 'NV_FACTS', message: `psql: ${secret}` });
  expect(result).toMatchObject({ problem: { code: 'NV_FACTS', message: 'psql: [secret]' } });
});

test('a connection that breaks while a host is read is made once more, a host that is away is not', async () => {
  const lost = { code: 'NV_SSH_LOST', message: 'gone' } as const;
  expect(await readAfter('plan', lost)).toMatchObject({ result: { facts: {} }, calls: 2 });
  expect(await readAfter('plan', lost, lost)).toMatchObject({ result: { problem: { code: 'NV_SSH_LOST' } }, calls: 2 });
  expect(await readAfter('plan', { code: 'NV_SSH_UNREACHABLE', message: 'away' })).toMatchObject({ calls: 1 });
});

test('an apply says what to do about a host that is away', async () => {
  const away = { code: 'NV_SSH_UNREACHABLE', message: 'away' } as const;
  const { result } = await readAfter('apply', away);
  expect(result).toMatchObject({ problem: { hint: expect.stringMatching(/^When \w+ is back, apply again/) } });
  expect((await readAfter('plan', away)).result).not.toMatchObject({ problem: { hint: expect.anything() } });
});
