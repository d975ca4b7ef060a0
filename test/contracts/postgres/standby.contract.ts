import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { done, paid, pay, refused, runTrio, startFollowing, startPrimary, type Trio } from '../../support/postgres-pair.ts';

/** How servers come up, whom they follow, and how they end. */
export function standbyContract(site: () => Trio): void {
  describe('initdb', () => {
    test('makes data with checksums, an identity and no promotion, and leaves the server stopped', async () => {
      await site().restore();
      const { c } = site().nodes;
      expect(await c.control.initdb()).toEqual(done);
      const { process, data } = await c.view();
      expect(process).toBe('none');
      expect(data).toMatchObject({ state: 'whole', incarnation: expect.stringMatching(/^[0-9a-f]{16}$/), epoch: 0 });
      expect(data.history).toEqual([{ timeline: 1, forkLsn: 0, promotionId: null, forced: false }]);
      await startPrimary(c, 'p');
      expect(await c.sql('SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
    });

    test('refuses where there are data', async () => {
      await site().restore();
      expect(await site().nodes.a.control.initdb()).toEqual(refused('has-data'));
    });
  });

  describe('start-standby', () => {
    test('starts a former primary in recovery with the placeholder and a shut gate, whatever overrides them', async () => {
      await site().restore();
      const { a } = site().nodes;
      const autoConf = join(a.place.dataDirectory, 'postgresql.auto.conf');
      await writeFile(autoConf, "work_mem = '5MB'\nsynchronous_standby_names = ''\nprimary_conninfo = 'host=elsewhere'\n");
      expect(await a.control.startStandby(null)).toEqual(done);
      const view = await a.view();
      expect(view).toMatchObject({ process: 'running', inRecovery: true, following: null, gate: 'shut' });
      expect(view.sync).toEqual({ names: 'placeholder', placeholderSinceStart: true });
      expect(await a.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    });

    test('leaves a running standby as it is, and refuses a running primary', async () => {
      const { a, b } = await runTrio(site());
      const { postmaster } = await b.view();
      expect(await b.control.startStandby('a')).toEqual(done);
      expect((await b.view()).postmaster).toEqual(postmaster);
      expect(await a.control.startStandby('b')).toEqual(refused('out-of-recovery'));
      expect((await a.view()).inRecovery).toBe(false);
    });

    test('refuses where there are no data, or no whole ones', async () => {
      await site().restore();
      const { a, c } = site().nodes;
      expect(await c.control.startStandby(null)).toEqual(refused('no-data'));
      await rm(join(a.place.dataDirectory, 'netvis-incarnation'));
      expect(await a.control.startStandby(null)).toEqual(refused('half-made'));
      expect((await a.view()).data.state).toBe('half-made');
    });

    test('keeps a limit that the configuration has lower than the data were written with', async () => {
      await site().restore();
      const { a } = site().nodes;
      await withConfiguration(a, (text) => text.replace('max_connections = 20', 'max_connections = 15'));
      expect(await a.control.startStandby(null)).toEqual(done);
      expect(await a.sql('SHOW max_connections')).toEqual([{ max_connections: '20' }]);
      expect(await a.control.stop({ mode: 'immediate', deadlineMs: 0 })).toEqual(done);
      await withConfiguration(a, (text) => text.replace('max_connections = 15', 'max_connections = 25'));
      expect(await a.control.startStandby(null)).toEqual(done);
      expect(await a.sql('SHOW max_connections')).toEqual([{ max_connections: '25' }]);
      await withConfiguration(a, (text) => text.replace('max_connections = 25', 'max_connections = 20'));
    });

    test('says that a server which cannot start has ended, without waiting for its deadline', async () => {
      await site().restore();
      const { a } = site().nodes;
      await withConfiguration(a, (text) => `${text}nonsense = 1\n`);
      expect(await a.control.startStandby(null)).toEqual({ kind: 'failed', reason: 'the server ended while it started' });
      await withConfiguration(a, (text) => text.replace('nonsense = 1\n', ''));
      expect(await a.control.startStandby(null)).toEqual(done);
    });
  });

  describe('follow', () => {
    test('points a running standby at another host and back at nobody, without a restart', async () => {
      const { a, b, c } = await runTrio(site());
      expect(await c.control.rebuild('a')).toEqual(done);
      await startFollowing(c, a);
      const { postmaster } = await c.view();
      expect(await c.control.follow('b')).toEqual(done);
      await c.see(({ following }) => following === 'b');
      expect(await c.control.follow(null)).toEqual(done);
      expect(await c.see(({ receiver }) => receiver === null)).toMatchObject({ following: null, postmaster });
      expect(await a.control.follow('b')).toEqual(refused('out-of-recovery'));
      expect(await b.control.follow('nowhere')).toEqual(refused('unknown-host'));
    });
  });

  describe('stop', () => {
    test('stops fast and leaves data that need no recovery', async () => {
      const { a, b } = await runTrio(site());
      await pay(a, 1);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      expect(await a.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      expect((await a.view()).process).toBe('none');
      expect(await a.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
    });

    test('does not wait longer than told for a frozen standby', async () => {
      const { a, b } = await runTrio(site());
      process.kill((await receiverPid(b)) ?? 0, 'SIGSTOP');
      await pay(a, 1);
      expect(await a.control.stop({ mode: 'fast', deadlineMs: 300 })).toEqual(done);
      expect((await a.view()).process).toBe('none');
    });

    test('kills a postmaster that is frozen, and the backends that outlive a killed one', async () => {
      const { a } = await runTrio(site());
      const busy = await a.session();
      const counted = busy.query('SELECT count(*) FROM generate_series(1, 1000000000)').then(
        () => 'counted',
        () => 'ended',
      );
      await a.see(() => true);
      process.kill(await a.postmasterPid(), 'SIGKILL');
      await a.see(({ process }) => process === 'stopping');
      expect(await a.control.startStandby(null)).toEqual(refused('running'));
      expect(await a.control.kill()).toEqual(done);
      expect(await counted).toBe('ended');
      expect(await a.control.startStandby(null)).toEqual(done);
      process.kill(await a.postmasterPid(), 'SIGSTOP');
      expect(await a.control.stop({ mode: 'immediate', deadlineMs: 0 })).toEqual(done);
      expect(await a.view()).toMatchObject({ process: 'none', postmaster: null });
      expect(await paid(await restarted(a))).toEqual([]);
    });
  });
}

async function receiverPid(node: Trio['nodes']['b']): Promise<number | null> {
  const [row] = await node.sql('SELECT pid FROM pg_stat_wal_receiver');
  return row ? Number(row.pid) : null;
}

async function restarted(node: Trio['nodes']['a']) {
  expect(await node.control.startStandby(null)).toEqual(done);
  return node;
}

async function withConfiguration({ place }: Trio['nodes']['a'], change: (text: string) => string): Promise<void> {
  await writeFile(place.configFile, change(await readFile(place.configFile, 'utf8')));
}
