import { lstatSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { type FedFile, type ShellHost, shellHost } from '../../support/shell-host.ts';

vi.setConfig({ testTimeout: 240_000 });

/** A host whose unit runs on good files and starts on nothing else. */
async function runningHost(files: readonly FedFile[] = [good]): Promise<ShellHost> {
  const host = await shellHost();
  host.systemd.set('starts', `! grep -qs bad ${host.path('*')}`);
  for (const { name, text, mode = '0644' } of files) writeFileSync(host.path(name), text, { mode: Number.parseInt(mode, 8) });
  host.systemd.run(true);
  return host;
}

const good = { name: 'a.conf', text: 'good', mode: '0600' };
const bad = { ...good, text: 'bad' };
const content = (host: ShellHost, name: string) => readFileSync(host.path(name), 'utf8');

describe('a unit that does not come back on new content', () => {
  test('gets the former content back, with owner, mode and time, runs on it, and the step says so', async () => {
    const host = await runningHost();
    utimesSync(host.path('a.conf'), 1_000_000_000, 1_000_000_000);
    const before = statSync(host.path('a.conf'));
    const [file, runs] = await host.apply({ files: [bad] });
    expect(file).toMatchObject({ step: 'a.conf', outcome: 'changed' });
    const message = `exit code 1: the unit said why\nput back ${host.path('a.conf')}; it runs on that again`;
    expect(runs).toMatchObject({ step: 'runs', outcome: 'failed', problem: { code: 'NV_PUT_BACK', host: 'h1', message } });
    expect(content(host, 'a.conf')).toBe('good');
    const { mode, uid, gid, mtimeMs } = statSync(host.path('a.conf'));
    expect({ mode, uid, gid, mtimeMs }).toEqual({ mode: before.mode, uid: before.uid, gid: before.gid, mtimeMs: before.mtimeMs });
    expect(host.systemd.isActive()).toBe(true);
    expect(host.left()).toEqual([]);
  });

  test('still differs afterwards, and comes back with content that is good', async () => {
    const host = await runningHost();
    await host.apply({ files: [bad] });
    expect((await host.apply({ files: [bad] })).at(-1)).toMatchObject({ problem: { code: 'NV_PUT_BACK' } });
    expect((await host.apply({ files: [{ ...good, text: 'better' }] })).at(-1)).toMatchObject({ outcome: 'changed' });
    expect(content(host, 'a.conf')).toBe('better');
    expect(await host.apply({ files: [{ ...good, text: 'better' }] })).toEqual([]);
  });

  test('gets all its files back: those that notify it, those that only precede it, new ones and links', async () => {
    const others = [good, { name: 'b.conf', text: 'b', notifies: false }, { name: 'c.conf', text: 'c' }];
    const host = await runningHost(others);
    symlinkSync('b.conf', host.path('link'));
    const changed = others.map((file) => ({ ...file, text: 'bad' }));
    const [last] = (await host.apply({ files: [...changed, { name: 'link', text: 'x' }, { name: 'new', text: 'x' }] })).slice(-1);
    const [, told = ''] = /^put back (.*); it runs on that again$/m.exec(last?.problem?.message ?? '') ?? [];
    expect(told.split(', ').sort()).toEqual(['a.conf', 'b.conf', 'c.conf', 'link', 'new'].map(host.path));
    expect(['a.conf', 'b.conf', 'c.conf'].map((name) => content(host, name))).toEqual(['good', 'b', 'c']);
    expect(lstatSync(host.path('link')).isSymbolicLink()).toBe(true);
    expect(() => statSync(host.path('new'))).toThrow('ENOENT');
  });

  test.each([
    ['app.service ended again', { what: 'lives' }],
    ['app.service does not listen on 80', { what: 'listens', service: { listens: ['80'] } }],
    ['app.service does not serve any more', { what: 'serves', service: { serves: ['serves'] } }],
  ] as const)('may have started first: %s', async (reason, { what, ...settings }) => {
    const host = await runningHost();
    host.systemd.set('starts', 'true');
    host.systemd.set(what, `! { [ "$(tail -n 1 acts)" = restart ] && grep -q bad ${host.path('a.conf')}; }`);
    const [, runs] = await host.apply({ files: [bad], ...settings });
    expect(runs?.problem).toMatchObject({ code: 'NV_PUT_BACK', message: expect.stringContaining(reason) });
    expect([content(host, 'a.conf'), host.systemd.isActive()]).toEqual(['good', true]);
  });

  test('is only asked to serve if it did before', async () => {
    const host = await runningHost();
    host.systemd.set('serves', 'false');
    expect((await host.apply({ files: [{ ...good, text: 'new' }], service: { serves: ['serves'] } })).at(-1)).toMatchObject({
      outcome: 'changed',
    });
  });

  test('is reloaded on the former content where it was only to be reloaded', async () => {
    const host = await runningHost();
    await host.apply({ files: [bad], verb: 'reload' });
    expect(host.systemd.acts()).toEqual(['daemon-reload', 'reload', 'daemon-reload', 'reload']);
    expect(host.systemd.isActive()).toBe(true);
  });

  test('stays down when the former content is not good either: then its act stays due, and what is kept stays kept', async () => {
    const host = await runningHost();
    host.systemd.set('starts', 'false');
    const [, runs] = await host.apply({ files: [bad] });
    expect(runs?.problem?.message).toContain('it does not come back on that either');
    expect([content(host, 'a.conf'), host.left()]).toEqual(['good', [expect.stringContaining('kept'), './pending/app.service']]);
    host.systemd.set('starts', `! grep -q bad ${host.path('a.conf')}`);
    await host.apply({ files: [bad] });
    expect([content(host, 'a.conf'), host.systemd.isActive(), host.left()]).toEqual(['good', true, []]);
  });

  test('keeps the new content when it did not run before: nobody knows of anything better', async () => {
    const host = await runningHost();
    host.systemd.run(false);
    const [, runs] = await host.apply({ files: [bad] });
    expect(runs?.problem).toMatchObject({ code: 'NV_STEP_FAILED' });
    expect(content(host, 'a.conf')).toBe('bad');
  });
});

describe('a batch that is killed', () => {
  const [before, alone] = [good, { name: 'b.conf', text: 'good', notifies: false }];

  test.each([
    ['bad', 'good', [before, alone]],
    ['better', 'better', [before]],
  ])('wherever it is, on its way to %j, leaves a host that the next apply takes to the end', async (text, end, present) => {
    const files = present.map((file) => ({ ...file, text }));
    let survived = false;
    for (let killedAt = 1; !survived; killedAt++) {
      const host = await runningHost(present);
      const events = await host.apply({ files, killedAt });
      survived = events.some(({ step, outcome }) => step === 'runs' && outcome !== 'skipped');
      await host.apply({ files });
      const now = { texts: files.map(({ name }) => content(host, name)), left: host.left(), active: host.systemd.isActive() };
      expect({ killedAt, ...now }).toEqual({ killedAt, texts: files.map(() => end), left: [], active: true });
      expect(statSync(host.path('a.conf')).mode & 0o777).toBe(0o600);
    }
  });

  test('leaves what was kept to the next one, also where that one wants something else', async () => {
    const host = await runningHost();
    await host.apply({ files: [bad], killedAt: await killPointAfterWrite() });
    expect(content(host, 'a.conf')).toBe('bad');
    await host.apply({ files: [{ ...good, text: 'bad too' }] });
    expect([content(host, 'a.conf'), host.left()]).toEqual(['good', []]);
  });
});

test('what was kept for an act that nobody asks for any more is of no use', async () => {
  const host = await runningHost();
  await host.apply({ files: [bad], killedAt: await killPointAfterWrite() });
  rmSync(host.mark);
  writeFileSync(host.path('a.conf'), 'since then', { mode: 0o600 });
  await host.apply({ files: [bad] });
  expect([content(host, 'a.conf'), host.left()]).toEqual(['since then', []]);
});

/** Where a batch that replaces one file is killed right after it did. */
async function killPointAfterWrite(): Promise<number> {
  for (let killedAt = 1; ; killedAt++) {
    const host = await runningHost();
    await host.apply({ files: [bad], killedAt });
    if (content(host, 'a.conf') === 'bad') return killedAt;
  }
}
