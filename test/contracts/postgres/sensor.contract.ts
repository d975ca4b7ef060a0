import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { PostgresNode } from '../../support/postgres-node.ts';
import { caughtUp, done, pay, pidOf, runTrio, startFollowing, type Trio } from '../../support/postgres-pair.ts';

/** What is seen of a server in health and in every kind of trouble. */
export function sensorContract(site: () => Trio): void {
  const probed = (node: PostgresNode, cause: string | null) => node.see(({ probe }) => probe !== null && probe.cause === cause);

  describe('the sensor', () => {
    test('tells of the death of a postmaster by an event, and then that nothing runs', async () => {
      const { a } = await runTrio(site());
      await a.view();
      process.kill(await a.postmasterPid(), 'SIGKILL');
      await eventually(async () => (a.events.includes('postmaster-gone') ? { found: true } : { missing: a.events }));
      expect(await a.see(({ process }) => process === 'none')).toMatchObject({ postmaster: null, inRecovery: null, gate: 'shut' });
    });

    test('sees a frozen postmaster as hung though its sessions still answer', async () => {
      const { a } = await runTrio(site());
      await probed(a, null);
      const pid = await a.postmasterPid();
      process.kill(pid, 'SIGSTOP');
      expect(await probed(a, 'hung')).toMatchObject({ process: 'running', inRecovery: false });
      process.kill(pid, 'SIGCONT');
      await probed(a, null);
      expect(a.events).not.toContain('postmaster-gone');
    });

    test('sees a server whose every process is frozen as hung, and repeats what it said last', async () => {
      const { a } = await runTrio(site());
      await probed(a, null);
      const before = await a.view();
      const frozen = await a.processes();
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      const during = await a.see(({ probe }, { reasons }) => probe?.cause === 'hung' && reasons.length > 0);
      expect(during).toMatchObject({ process: 'running', inRecovery: false, sync: before.sync, data: before.data });
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await probed(a, null);
    });

    test('takes neither too many clients nor commits that wait for a hang', async () => {
      const { a } = await runTrio(site());
      expect(await a.control.setSyncNames('placeholder')).toEqual(done);
      const waiting = Array.from({ length: 3 }, async () => {
        const session = await a.session({ synchronous_commit: 'on' });
        return session.query('INSERT INTO paid SELECT coalesce(max(id), 0) + pg_backend_pid() FROM paid');
      });
      await a.see(({ oldestWaitingLsn }) => oldestWaitingLsn !== null);
      const crowd = await crowded(a);
      a.events.length = 0;
      await eventually(async () => (a.events.includes('probe-ended') ? { found: await a.view() } : { missing: await a.view() }));
      await probed(a, null);
      for (const session of crowd) session.end();
      expect(await a.control.setSyncNames([])).toEqual(done);
      await Promise.all(waiting);
    });

    test('shows the flushed and replayed ends of a standby whose replay is paused', async () => {
      const { a, b } = await runTrio(site());
      await caughtUp(a, b);
      await b.sql('SELECT pg_wal_replay_pause()');
      const { replayLsn } = await b.see((view) => view.replayLsn !== null);
      await pay(a, 1);
      const { flushLsn } = await a.view();
      const view = await b.see((each) => (each.flushLsn ?? 0) >= (flushLsn ?? 0));
      expect(view.replayLsn).toBeLessThan(flushLsn ?? 0);
      expect(view.replayLsn).toBeGreaterThanOrEqual(replayLsn ?? 0);
    });

    test('shows a standby that is gone as gone, and one that is frozen by its position', async () => {
      const { a, b } = await runTrio(site());
      // One that waits between two timelines is no sender yet: no timeout ends it.
      await a.see(({ walsenders }) => walsenders.some(({ streaming }) => streaming));
      process.kill(await pidOf(b, 'walreceiver'), 'SIGSTOP');
      await pay(a, 1);
      const { flushLsn } = await a.view();
      const frozen = await a.view();
      expect(frozen.walsenders.every((each) => each.flushLsn < (flushLsn ?? 0))).toBe(true);
      await a.see(({ walsenders }) => walsenders.length === 0);
    });

    test('does not count a checkpoint that takes its time, which the own one hurries', async () => {
      const { a } = await runTrio(site());
      await a.sql('INSERT INTO paid SELECT generate_series(10, 20000)');
      // Unlike CHECKPOINT it lets the checkpointer take its time.
      const backup = await a.session();
      const begun = backup.query("SELECT pg_backup_start('slow')");
      await eventually(async () => {
        const waitsFor = await checkpointerWaitsFor(a);
        return waitsFor === 'CheckpointWriteDelay' ? { found: true } : { missing: waitsFor };
      });
      await a.see(({ checkpoint }) => !checkpoint.running);
      expect(await checkpointerWaitsFor(a)).not.toBe('CheckpointerMain');
      expect(await a.control.checkpoint()).toEqual(done);
      await begun;
      await a.see(({ checkpoint }) => !checkpoint.running);
    });

    test('sees a database that no heartbeat can be written to as what its disk says', async () => {
      const { a } = await runTrio(site());
      await probed(a, null);
      await a.sql('ALTER TABLE netvis.heartbeat RENAME TO hidden');
      await probed(a, 'no-connection');
      await a.sql('ALTER TABLE netvis.hidden RENAME TO heartbeat');
      await probed(a, null);
    });

    test('takes a data directory without identity, or with a mark beside it, for half-made', async () => {
      await site().restore();
      const { a, c } = site().nodes;
      expect((await c.view()).data).toMatchObject({ state: 'empty', incarnation: null });
      expect((await a.view()).data.state).toBe('whole');
      await writeFile(`${a.place.dataDirectory}.half-made`, 'torn');
      expect((await a.view()).data.state).toBe('half-made');
      await rm(`${a.place.dataDirectory}.half-made`);
      await rm(join(a.place.dataDirectory, 'netvis-incarnation'));
      expect((await a.view()).data.state).toBe('half-made');
    });

    test('of a new agent knows the lineage of a running standby at once', async () => {
      const { a, b } = await runTrio(site());
      const { data } = await b.view();
      b.reopen();
      expect((await b.view()).data).toEqual(data);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      await startFollowing(b, a);
      expect((await a.view()).walsenders.map(({ incarnation }) => incarnation)).toEqual([data.incarnation]);
    });
  });
}

/** Ordinary sessions until the server takes no more; the places kept for superusers stay free. */
async function crowded(node: PostgresNode) {
  await node.sql('CREATE ROLE crowd LOGIN');
  await writeFile(node.place.clientRules, 'host all crowd 127.0.0.1/32 trust\n');
  expect(await node.control.openGate()).toEqual(done);
  const sessions = [];
  for (;;) {
    const session = await node.clientSession('crowd').catch((error) => error.code as string);
    if (typeof session === 'string') {
      expect(session).toBe('53300');
      return sessions;
    }
    sessions.push(session);
  }
}

async function checkpointerWaitsFor(node: PostgresNode): Promise<unknown> {
  const [row] = await node.sql("SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
  return row?.wait_event;
}
