import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RemoteCommand } from '../../../../control-plane/src/core/remote-command.ts';
import {
  type EpochClaim,
  parseLockReading,
  readLock,
  releaseLock,
  renewLock,
  takeLock,
} from '../../../../control-plane/src/core/run-lock/lock-file.ts';
import { runShell } from '../../../support/shell.ts';

const root = mkdtempSync(join(tmpdir(), 'netvis-lock-'));
afterAll(() => rmSync(root, { recursive: true }));

const claimOf = (run: string, epoch: number): EpochClaim => {
  const reason = `apply --limit it's "q" \\ ü $x`;
  return { run, epoch, owner: 'ada@desk', machine: 'desk', reason, since: '2026-01-01T00:00:00.000Z' };
};

/** A host that never held a lock. */
function blankHost() {
  const host = mkdtempSync(join(root, 'host-'));
  const folders = { lasting: join(host, 'lock'), passing: join(host, 'run') };
  const directory = folders.lasting;
  const say = (command: RemoteCommand) => parseLockReading(runShell(command));
  return {
    directory,
    read: () => say(readLock(folders)),
    take: (claim: EpochClaim, expected = say(readLock(folders)).text) => say(takeLock(claim, expected, folders)),
    renew: (claim: EpochClaim) => say(renewLock(claim, folders)),
    release: (claim: EpochClaim) => say(releaseLock(claim, folders)),
    lasting: () => readFileSync(join(directory, 'lock'), 'utf8'),
    /** Changes what is said of the last sign of life. */
    beatAt: (uptime: string) => {
      const [promised] = readFileSync(join(folders.passing, 'beat'), 'utf8').split(' ');
      writeFileSync(join(folders.passing, 'beat'), `${promised} ${uptime}\n`);
    },
    reboot: () => rmSync(folders.passing, { recursive: true }),
  };
}

describe('taking the lock of a host', () => {
  test('writes the claim, whatever signs it has, and the epoch', () => {
    const host = blankHost();
    expect(host.read()).toMatchObject({ promised: 0, holder: null });
    expect(host.take(claimOf('r1', 4))).toMatchObject({ promised: 4, holder: claimOf('r1', 4), ageMs: 0 });
    expect(host.read().holder).toEqual(claimOf('r1', 4));
  });

  test('does nothing when the file says something else than was expected', () => {
    const host = blankHost();
    const free = host.read().text;
    host.take(claimOf('r1', 1));
    expect(host.take(claimOf('r2', 2), free).holder?.run).toBe('r1');
  });

  test('does nothing when the holder gave a sign of life since it was looked at', () => {
    const host = blankHost();
    host.take(claimOf('r1', 1));
    host.beatAt('1.00');
    const dead = host.read().text;
    host.renew(claimOf('r1', 1));
    expect(host.take(claimOf('r2', 2), dead).holder?.run).toBe('r1');
  });

  test.each([3, 4])('accepts no epoch a second time, nor a lower one (%i after 4)', (epoch) => {
    const host = blankHost();
    host.take(claimOf('r1', 4));
    host.release(claimOf('r1', 4));
    expect(host.take(claimOf('r2', epoch))).toMatchObject({ promised: 4, holder: null });
    expect(host.take(claimOf('r2', 5)).holder?.run).toBe('r2');
  });
});

describe('a sign of life', () => {
  test('counts from the host’s own uptime, and from its start after it was started again', () => {
    const host = blankHost();
    host.take(claimOf('r1', 1));
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    host.beatAt((uptime - 30).toFixed(2));
    expect(host.read().ageMs).toBeGreaterThanOrEqual(30_000);
    expect(host.read().ageMs).toBeLessThan(60_000);
    host.beatAt((uptime + 10_000).toFixed(2));
    expect(host.read().ageMs).toBeLessThanOrEqual((uptime + 60) * 1000);
    expect(host.renew(claimOf('r1', 1)).ageMs).toBe(0);
  });

  test('is no write to the disk, and what the disk says is enough after a reboot', () => {
    const host = blankHost();
    host.take(claimOf('r1', 1));
    const before = host.lasting();
    expect(host.renew(claimOf('r1', 1)).holder?.run).toBe('r1');
    expect(host.lasting()).toBe(before);
    host.reboot();
    expect(host.read()).toMatchObject({ promised: 1, holder: claimOf('r1', 1) });
    expect(host.renew(claimOf('r1', 1))).toMatchObject({ ageMs: 0 });
  });

  test('of an older promise says nothing of a new one', () => {
    const host = blankHost();
    host.take(claimOf('r1', 1));
    host.beatAt('1.00');
    host.release(claimOf('r1', 1));
    host.take(claimOf('r2', 2));
    expect(host.read().ageMs).toBeLessThan(5000);
    host.renew(claimOf('r1', 1));
    expect(host.read().holder?.run).toBe('r2');
  });

  test('makes the claim anew where it was not or was an older one, and leaves a host alone that accepted a higher epoch', () => {
    const host = blankHost();
    expect(host.renew(claimOf('r1', 5)).holder).toEqual(claimOf('r1', 5));
    expect(host.renew(claimOf('r2', 4)).holder?.run).toBe('r1');
    expect(host.renew(claimOf('r2', 6)).holder?.run).toBe('r2');
  });
});

test('giving back frees the holder’s own claim alone, and the epoch stays', () => {
  const host = blankHost();
  host.take(claimOf('r1', 4));
  expect(host.release(claimOf('r2', 4)).holder?.run).toBe('r1');
  expect(host.release(claimOf('r1', 3)).holder?.run).toBe('r1');
  expect(host.release(claimOf('r1', 4))).toMatchObject({ promised: 4, holder: null });
});

test.each(['', '\n', 'no number 1.0\n\n', '3 1.00\nno claim\n'])('a lock file that says %j is free or an error, never held', (text) => {
  const host = blankHost();
  host.take(claimOf('r1', 1));
  writeFileSync(join(host.directory, 'lock'), text);
  const reading = () => host.read().holder;
  if (text.trim() === '') expect(reading()).toBeNull();
  else expect(reading).toThrow();
});

test('a host that cannot write its lock file says so', () => {
  const host = blankHost();
  writeFileSync(host.directory, 'a file where the folder should be');
  expect(() => host.read()).toThrow('cannot be read');
});
