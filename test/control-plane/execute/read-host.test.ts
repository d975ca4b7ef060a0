import { expect, test } from 'vitest';
import { type ErrorCode, NvError } from '../../../control-plane/src/core/errors.ts';
import { readHost } from '../../../control-plane/src/execute/read-host.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { fakeRemoteHosts, localShell } from '../../support/fake-remote-hosts.ts';

const secret = 'correct-horse-battery';
const clock = { nowIso: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => 0 };

/** Reads the first host of a site, whose first answers are these errors. */
async function readAfter(...errors: readonly { code: ErrorCode; message: string }[]) {
  const base = buildRunSite(buildRunRecord({}));
  const left = [...errors];
  const remotes = fakeRemoteHosts({
    answer: async (script, context) => {
      const error = left.shift();
      if (error) throw new NvError(error);
      return await localShell(script, context);
    },
  });
  const run = { ...base, remotes, secrets: { ...base.secrets, mask: (text: string) => text.replaceAll(secret, '[secret]') } };
  return { result: await readHost(run, base.site.hosts[0]?.name ?? '', clock), calls: remotes.calls.length };
}

test('what a host says of facts that cannot be read is masked', async () => {
  const { result } = await readAfter({ code: 'NV_FACTS', message: `psql: ${secret}` });
  expect(result).toMatchObject({ problem: { code: 'NV_FACTS', message: 'psql: [secret]' } });
});

test('a connection that breaks while a host is read is made once more, a host that is away is not', async () => {
  const lost = { code: 'NV_SSH_LOST', message: 'gone' } as const;
  expect(await readAfter(lost)).toMatchObject({ result: { facts: {} }, calls: 2 });
  expect(await readAfter(lost, lost)).toMatchObject({ result: { problem: { code: 'NV_SSH_LOST' } }, calls: 2 });
  expect(await readAfter({ code: 'NV_SSH_UNREACHABLE', message: 'away' })).toMatchObject({ calls: 1 });
});
