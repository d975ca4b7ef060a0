import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { hostMoment } from '../../../agent/src/adapters/host-clock.ts';
import type { FenceState } from '../../../agent/src/ports/fence.ts';
import { armGuard, becomes, guardPlace, isOver, startGuard } from '../../support/guard-process.ts';

const budgetMs = 10_000;
const farMs = 30_000;
const soon = { timeout: budgetMs, interval: 10 };

describe('the end of the process', () => {
  test('a new one goes on with the deadline', async () => {
    const place = await guardPlace();
    const first = await startGuard(place);
    await armGuard(first, 7, 3000);
    const before = await first.fence.state(budgetMs);
    await first.end('SIGKILL');
    const second = await startGuard(place);
    expect(await second.fence.state(budgetMs)).toEqual(before);
    expect(await armGuard(second, 6, farMs)).toMatchObject({ code: 'older-epoch' });
    await becomes(second, 'fenced');
    expect(await place.killText()).toBe('1\n');
  });

  test('a new one after the deadline fences at once', async () => {
    const place = await guardPlace();
    const first = await startGuard(place);
    await armGuard(first, 7, 200);
    const endMs = hostMoment().monotonicMs + 200;
    await first.end('SIGKILL');
    await isOver(endMs);
    await becomes(await startGuard(place), 'fenced');
    expect(await place.killText()).toBe('1\n');
  });

  test('a new one knows that it has fenced, and kills no server that was started since', async () => {
    const place = await guardPlace();
    const first = await startGuard(place);
    await armGuard(first, 7, 50);
    await becomes(first, 'fenced');
    await first.end('SIGKILL');
    await place.emptyKill();
    const second = await startGuard(place);
    expect(await armGuard(second, 7, farMs)).toMatchObject({ kind: 'refused', code: 'fenced' });
    expect(await place.killText()).toBe('');
  });

  test('what another boot left says nothing; what cannot be read may have been armed', async () => {
    const place = await guardPlace();
    const first = await startGuard(place);
    await armGuard(first, 7, farMs);
    await first.end('SIGKILL');
    const text = await readFile(place.lease, 'utf8');
    await writeFile(place.lease, text.replace(/[0-9a-f-]{36}/, '00000000-0000-4000-8000-000000000000'));
    const second = await startGuard(place);
    expect(await second.fence.state(budgetMs)).toMatchObject({ state: { kind: 'idle', epoch: 0 } });
    await second.end('SIGKILL');
    await writeFile(place.lease, text.slice(0, -5));
    await becomes(await startGuard(place), 'fenced');
    expect(await place.killText()).toBe('1\n');
  });

  test('a deadline that a new one would not know is not armed; a renewal needs only the older one there', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, farMs);
    await rm(`${place.directory}/run`, { recursive: true });
    expect(await armGuard(guard, 7, farMs)).toMatchObject({ kind: 'ok' });
    expect(await armGuard(guard, 8, farMs)).toMatchObject({ kind: 'refused', code: 'unwritable', state: { epoch: 7 } });
  });

  test.each<[FenceState['kind'], string]>([
    ['armed', '1\n'],
    ['withdrawn', ''],
    ['fenced', ''],
  ])('what runs after it fences what is armed and nothing else: %s', async (kind, killed) => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, kind === 'fenced' ? 50 : farMs);
    if (kind === 'withdrawn') {
      await place.populate(false);
      await guard.fence.withdraw(7, budgetMs);
    }
    await becomes(guard, kind);
    await guard.end('SIGKILL');
    await place.emptyKill();
    expect(place.run('--after-stop')).toBe(0);
    expect(await place.killText()).toBe(killed);
    expect(await readFile(place.lease, 'utf8')).toContain(kind === 'withdrawn' ? 'withdrawn' : 'fenced');
  });

  test('after one that never armed anything there is nothing to fence', async () => {
    const place = await guardPlace();
    expect(place.run('--after-stop')).toBe(0);
    expect(await place.killText()).toBe('');
  });
});

describe('the upgrade', () => {
  test('on a reload it replaces itself and keeps the deadline and the pid; the new settings count', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, 3000);
    const before = await guard.fence.state(budgetMs);
    await appendFile(place.config, `role ${place.directory}/role none\n`);
    guard.signal('SIGHUP');
    await vi.waitFor(() => expect(guard.said().match(/watches/g)).toHaveLength(2), soon);
    expect(await guard.fence.state(budgetMs)).toEqual(before);
    await becomes(guard, 'fenced');
    expect(await readFile(`${place.directory}/role`, 'utf8')).toBe('none\n');
    expect(await place.killText()).toBe('1\n');
  });

  test('it does not reload settings that are wrong', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, farMs);
    await appendFile(place.config, 'rolls /x 1\n');
    guard.signal('SIGHUP');
    await vi.waitFor(() => expect(guard.said()).toContain('not a setting: rolls /x 1'), soon);
    expect(await guard.fence.state(budgetMs)).toMatchObject({ state: { kind: 'armed', epoch: 7 } });
    expect(place.run('--check')).not.toBe(0);
  });
});
