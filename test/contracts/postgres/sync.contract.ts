import { beforeAll, describe, expect, test } from 'vitest';
import type { PostgresNode } from '../../support/postgres-node.ts';
import { done, pidOf, refused, runTrio, type Trio } from '../../support/postgres-pair.ts';

/** The list of synchronous standbys and the canary that proves it. The tests share one pair and leave the list empty. */
export function syncContract(site: () => Trio): void {
  describe('set-sync-names and canary', () => {
    let a: PostgresNode;
    let b: PostgresNode;
    let names: string[];

    beforeAll(async () => {
      ({ a, b } = await runTrio(site()));
      names = [(await b.view()).data.incarnation ?? ''];
    });

    test('a canary that nobody has to wait for returns without having waited', async () => {
      expect(await a.control.canary('free')).toEqual(done);
      expect((await a.view()).canary).toEqual({ id: 'free', lsn: null, state: 'returned', warned: false });
    });

    test('a canary is seen to wait under the placeholder and returns once the listed standby has it', async () => {
      expect(await a.control.setSyncNames('placeholder')).toEqual(done);
      const returned = a.control.canary('held');
      const { canary, oldestWaitingLsn, sync } = await a.see((view) => view.canary?.state === 'waiting' && view.oldestWaitingLsn !== null);
      expect(sync).toEqual({ names: 'placeholder', placeholderSinceStart: false });
      expect(oldestWaitingLsn).toBe(canary?.lsn);
      await a.see(({ walsenders }) => walsenders.some(({ listed, flushLsn }) => !listed && flushLsn >= (canary?.lsn ?? 0)));
      expect((await a.view()).canary?.state).toBe('waiting');
      expect(await a.control.setSyncNames(names)).toEqual(done);
      expect(await returned).toEqual(done);
      expect((await a.view()).sync.names).toEqual(names);
      await a.see(({ walsenders }) => walsenders.every(({ listed }) => listed));
      expect((await a.view()).canary).toMatchObject({ id: 'held', state: 'returned', warned: false });
      await b.see((_, { canaryId }) => canaryId === 'held');
      expect(await a.control.setSyncNames([])).toEqual(done);
    });

    test('shows its standby by host, incarnation and position', async () => {
      const { walsenders } = await a.see((view) => view.walsenders.some(({ flushLsn }) => flushLsn === view.flushLsn));
      expect(walsenders).toEqual([expect.objectContaining({ host: 'b', incarnation: names[0], streaming: true, listed: false })]);
    });

    test('a canary whose wait was cancelled returns with a warning', async () => {
      expect(await a.control.setSyncNames('placeholder')).toEqual(done);
      const returned = a.control.canary('cancelled');
      await a.see(({ canary }) => canary?.id === 'cancelled' && canary.state === 'waiting');
      expect(await a.control.canary('second')).toEqual(refused('another-canary'));
      await a.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      expect(await returned).toEqual(done);
      expect((await a.view()).canary).toMatchObject({ state: 'returned', warned: true });
      expect(await a.control.setSyncNames([])).toEqual(done);
    });

    test('a list that the checkpointer has not adopted holds no commit, whatever the server says: only the canary tells', async () => {
      const checkpointer = await pidOf(a, 'checkpointer');
      process.kill(checkpointer, 'SIGSTOP');
      expect(await a.control.setSyncNames('placeholder')).toEqual(done);
      expect((await a.view()).sync.names).toBe('placeholder');
      expect(await a.control.canary('early')).toEqual(done);
      process.kill(checkpointer, 'SIGCONT');
      const late = a.control.canary('late');
      const seen = await a.see(({ canary }) => canary?.id === 'late' && canary.state !== 'running');
      expect(seen.canary?.state).toBe('waiting');
      expect(await a.control.setSyncNames([])).toEqual(done);
      expect(await late).toEqual(done);
    });

    test('a list by ALTER SYSTEM is shown as nobody of the cluster and gives way to the agent', async () => {
      await a.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
      await a.sql('SELECT pg_reload_conf()');
      await a.see(({ sync }) => sync.names[0] === 'ANY 1 (*)');
      expect(await a.control.setSyncNames([])).toEqual(done);
      expect((await a.view()).sync.names).toEqual([]);
    });

    test('a canary ends with its server', async () => {
      expect(await a.control.setSyncNames('placeholder')).toEqual(done);
      const lost = a.control.canary('lost');
      await a.see(({ canary }) => canary?.id === 'lost' && canary.state === 'waiting');
      expect(await a.control.kill()).toEqual(done);
      expect((await lost).kind).toBe('failed');
      expect((await a.view()).canary).toBeNull();
    });
  });
}
