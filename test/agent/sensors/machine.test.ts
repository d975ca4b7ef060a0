import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyMs, within } from '../../../agent/src/sensors/deadline.ts';
import { readAddresses, readCertificates, readDisks, readMachine } from '../../../agent/src/sensors/machine.ts';
import { processSensor } from '../../../agent/src/sensors/processes.ts';
import { readUnits } from '../../../agent/src/sensors/units.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('watched processes are found by their name; zombies and others are not', async () => {
  const proc = await procOf({ 1: '1 (systemd) S 0', 7: '7 (nginx) Z 1', 8: '8 (redis-server) S 1', 9: '9 (a-very-long-dae) S 1' });
  const read = processSensor(['nginx', 'redis-server', 'a-very-long-daemon'], proc);
  expect(read()).toEqual({ known: true, value: new Set(['redis-server', 'a-very-long-dae']) });
});

test('a process that ends is missed at the next reading, and found again under another pid', async () => {
  const proc = await procOf({ 7: '7 (nginx) S 1', 8: '8 (redis-server) S 1' });
  const read = processSensor(['nginx', 'redis-server'], proc);
  expect(read()).toMatchObject({ value: new Set(['nginx', 'redis-server']) });
  await rm(join(proc, '7'), { recursive: true });
  expect(read()).toMatchObject({ value: new Set(['redis-server']) });
  await addProcess(proc, '12', '12 (nginx) S 1');
  expect(read()).toMatchObject({ value: new Set(['nginx', 'redis-server']) });
  await addProcess(proc, '12', '12 (other) S 1');
  expect(read()).toMatchObject({ value: new Set(['redis-server']) });
});

test('processes of this machine are read; without a process table there is a reason', () => {
  const own = /\((.*)\)/.exec(readFileSync('/proc/self/stat', 'utf8'))?.[1] ?? '';
  expect(processSensor([own])()).toEqual({ known: true, value: new Set([own]) });
  expect(processSensor(['x'], '/no/proc')()).toMatchObject({ known: false });
});

test('units are asked for in one call, and none is made without units', async () => {
  const calls: (readonly string[])[] = [];
  const run = async (words: readonly string[]) => {
    calls.push(words);
    return 'Id=a.service\nLoadState=loaded\nActiveState=active\nSubState=running\n';
  };
  expect(await readUnits([], run)).toEqual({ known: true, value: new Map() });
  expect(await readUnits(['a.service', 'b.service'], run)).toMatchObject({ known: true });
  expect(calls).toEqual([['systemctl', 'show', '--property=Id,LoadState,ActiveState,SubState', '--', 'a.service', 'b.service']]);
});

test('a program that fails is a reason', async () => {
  const run = async () => {
    throw new Error('Failed to connect to bus');
  };
  expect(await readUnits(['a.service'], run)).toEqual({ known: false, reason: 'Failed to connect to bus' });
});

test('the machine has memory, addresses and disks; what does not exist is left out', async () => {
  const machine = await readMachine({ disks: await readDisks(['/', '/no/such/path']), clock: { synchronized: null, offsetMs: null } });
  expect(machine.memoryTotalBytes).toBeGreaterThan(machine.memoryAvailableBytes);
  expect(machine.disks.map(({ path }) => path)).toEqual(['/']);
  expect(readAddresses().has('127.0.0.1')).toBe(true);
});

test('a certificate that cannot be read is told as such', async () => {
  expect(await readCertificates(['/no/such.crt'], 0)).toMatchObject([{ daysLeft: null, reason: expect.stringContaining('ENOENT') }]);
});

test('a reading that is late is a reason, and its signal fires', async () => {
  let aborted = false;
  const reading = await within(5, (signal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise<never>(() => undefined);
  });
  expect(reading).toEqual({ known: false, reason: 'no answer in 5 ms' });
  expect(aborted).toBe(true);
});

test('what changes slowly is read again only after its time', async () => {
  let now = 0;
  let reads = 0;
  const read = everyMs(
    100,
    () => now,
    async () => ++reads,
  );
  expect(await read()).toBe(1);
  now = 99;
  expect(await read()).toBe(1);
  now = 100;
  expect(await read()).toBe(2);
});

async function procOf(stats: Readonly<Record<string, string>>): Promise<string> {
  const proc = await temporaryDirectory();
  await mkdir(join(proc, 'sys'));
  await mkdir(join(proc, '99'));
  for (const [pid, stat] of Object.entries(stats)) await addProcess(proc, pid, stat);
  return proc;
}

async function addProcess(proc: string, pid: string, stat: string): Promise<void> {
  await mkdir(join(proc, pid), { recursive: true });
  await writeFile(join(proc, pid, 'stat'), stat);
}

test('how long a value lasts may depend on it', async () => {
  let now = 0;
  const values = ['starting', 'active', 'later'];
  const read = everyMs(
    (value: string) => (value === 'active' ? 5000 : 0),
    () => now,
    async () => values.shift() as string,
  );
  expect([await read(), await read()]).toEqual(['starting', 'active']);
  now = 4999;
  expect(await read()).toBe('active');
  now = 5000;
  expect(await read()).toBe('later');
});
