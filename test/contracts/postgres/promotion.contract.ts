import { describe, expect, test } from 'vitest';
import type { PostgresNode } from '../../support/postgres-node.ts';
import { caughtUp, done, pay, refused, runTrio, startPrimary, type Trio } from '../../support/postgres-pair.ts';

const order = { promotionId: 'third', epoch: 7, forced: true };

/** What a promotion leaves behind, and which one is refused. */
export function promotionContract(site: () => Trio): void {
  describe('promote', () => {
    test('makes a primary whose first row and whose data say which promotion it was', async () => {
      const { b } = await runTrio(site());
      expect(await b.control.promote(order)).toEqual(done);
      const view = await b.view();
      expect(view).toMatchObject({ inRecovery: false, data: { state: 'whole', epoch: 7 } });
      expect(view.data.history.map(({ timeline, promotionId, forced }) => [timeline, promotionId, forced])).toEqual([
        [1, null, false],
        [2, 'first', false],
        [3, 'second', false],
        [4, 'third', true],
      ]);
      expect(await b.sql('SELECT promotion_id, epoch FROM netvis.promotion WHERE timeline = 4')).toEqual([
        { promotion_id: 'third', epoch: '7' },
      ]);
      expect(await b.control.stop({ mode: 'immediate', deadlineMs: 0 })).toEqual(done);
      expect((await b.view()).data).toEqual(view.data);
    });

    test('acknowledges nothing: commits wait until the list is another one', async () => {
      const { b } = await runTrio(site());
      expect(await b.control.promote(order)).toEqual(done);
      const client = await b.session({ synchronous_commit: 'on' });
      const written = client.query('INSERT INTO paid VALUES (1)');
      await b.see(({ oldestWaitingLsn }) => oldestWaitingLsn !== null);
      expect(await b.control.setSyncNames([])).toEqual(done);
      await written;
      await b.see(({ oldestWaitingLsn }) => oldestWaitingLsn === null);
    });

    test('is done when asked for again, with the identity it had', async () => {
      const { b } = await runTrio(site());
      expect(await b.control.promote(order)).toEqual(done);
      expect(await b.control.promote({ ...order, promotionId: 'another' })).toEqual(done);
      expect(await lastPromotion(b)).toBe('third');
    });

    test('is refused to a server that somebody else has promoted', async () => {
      const { b } = await runTrio(site());
      await b.sql('SELECT pg_promote()');
      expect(await b.control.promote(order)).toEqual(refused('promoted-by-another'));
      expect(await lastPromotion(b)).toBeNull();
    });

    test('is refused to a standby whose list was once another one', async () => {
      const { b } = await runTrio(site());
      await b.sql("ALTER SYSTEM SET synchronous_standby_names = ''");
      await b.sql('SELECT pg_reload_conf()');
      await b.see(({ sync }) => sync.names !== 'placeholder');
      expect(await b.control.promote(order)).toEqual(refused('list-was-changed'));
      expect(await b.control.setSyncNames(['x'])).toEqual(refused('in-recovery'));
      expect((await b.view()).inRecovery).toBe(true);
    });

    test('of a server that crashed right after it is remembered by the next start', async () => {
      const { a } = await runTrio(site());
      expect(await a.control.stop({ mode: 'immediate', deadlineMs: 0 })).toEqual(done);
      expect(await a.control.startStandby(null)).toEqual(done);
      a.reopen((verb, step) => {
        if (verb === 'promote' && step === 'write down the timeline it made') throw new Error('the agent dies');
      });
      await expect(a.control.promote(order)).rejects.toThrow('the agent dies');
      expect(await a.control.kill()).toEqual(done);
      a.reopen();
      await startPrimary(a, 'fourth');
      const { history } = (await a.view()).data;
      expect(history.slice(-2).map(({ promotionId }) => promotionId)).toEqual(['third', 'fourth']);
    });

    test('travels with the data to a standby, which can tell it while it is stopped', async () => {
      const { a, b } = await runTrio(site());
      await pay(a, 1);
      await caughtUp(a, b);
      const { history } = (await b.view()).data;
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      expect((await b.view()).data.history).toEqual(history);
      expect(history.at(-1)?.promotionId).toBe('second');
    });
  });
}

async function lastPromotion(node: PostgresNode): Promise<string | null | undefined> {
  return (await node.view()).data.history.at(-1)?.promotionId;
}
