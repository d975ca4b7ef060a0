import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { datagramListener } from '../../support/datagram-listener.ts';
import { armGuard, guardPlace, guardProgram, startGuard } from '../../support/guard-process.ts';

const farMs = 30_000;
const soon = { timeout: 10_000, interval: 10 };

test('systemd hears that it is ready and that it lives', async () => {
  const { path, messages } = await datagramListener();
  await startGuard(await guardPlace(), { NOTIFY_SOCKET: path });
  await vi.waitFor(() => expect(messages.slice(0, 3)).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']), soon);
});

test('all its memory, not more than 10 MiB, is locked', async () => {
  const guard = await startGuard(await guardPlace());
  await armGuard(guard, 7, farMs);
  const status = readFileSync(`/proc/${guard.pid}/status`, 'utf8');
  const kib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  expect(kib('VmRSS')).toBeLessThanOrEqual(10_240);
  expect(kib('VmLck')).toBeGreaterThan(0);
  expect(kib('VmSwap')).toBe(0);
});

test("Perl's base alone is enough", async () => {
  const place = await guardPlace();
  const restrict = 'BEGIN { @INC = grep { m{/perl-base\\z} } @INC } do shift; die $@';
  const { status, stderr } = spawnSync('perl', ['-e', restrict, guardProgram, '--check', place.config], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test.each([
  ['lease x', 'not a setting'],
  ['kill /etc/passwd', 'not a setting'],
  ['role /x', 'not a setting'],
  ['address host0 10.0.0.5', 'not a setting'],
])('settings that are wrong are told: %s', async (line, words) => {
  const place = await guardPlace();
  await appendFile(place.config, `${line}\n`);
  const { status, stderr } = spawnSync('perl', [guardProgram, '--check', place.config], { encoding: 'utf8' });
  expect([status === 0, stderr]).toEqual([false, expect.stringContaining(words)]);
});
