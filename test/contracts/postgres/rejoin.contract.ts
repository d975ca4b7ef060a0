import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  caughtUp,
  done,
  paid,
  pay,
  pidOf,
  promote,
  refused,
  runTrio,
  startFollowing,
  startPrimary,
  type Trio,
} from '../../support/postgres-pair.ts';

/** How a server whose data went another way comes back, and when it may not (R8, R14). */
export function rejoinContract(site: () => Trio): void {
  /** `a` crashed with a row that `b`, now the primary, has not. */
  async function diverged({ forced = false, crash = true } = {}) {
    const nodes = await runTrio(site());
    const { a, b } = nodes;
    await pay(a, 1);
    await caughtUp(a, b);
    expect(await b.control.follow(null)).toEqual(done);
    await pay(a, 2);
    expect(await (crash ? a.control.kill() : a.control.stop({ mode: 'fast', deadlineMs: 20_000 }))).toEqual(done);
    await promote(b, 'third', forced);
    await pay(b, 3);
    return nodes;
  }

  /** `a` and `b` were both promoted from the same point and have timelines of the same number. */
  async function twins() {
    const nodes = await runTrio(site());
    const { a, b } = nodes;
    await caughtUp(a, b);
    expect(await a.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
    await b.see(({ receiver }) => receiver === null);
    await promote(b, 'its');
    await startPrimary(a, 'own');
    expect(await a.control.kill()).toEqual(done);
    return nodes;
  }

  describe('rewind', () => {
    test('brings back a crashed former primary with a new identity and the rows of the new one', async () => {
      const { a, b } = await diverged();
      const before = (await a.view()).data.incarnation;
      expect(await b.control.checkpoint()).toEqual(done);
      expect(await a.control.startStandby('b')).toEqual(refused('diverged'));
      expect(await a.control.rewind('b')).toEqual(done);
      await startFollowing(a, b);
      await caughtUp(b, a);
      expect(await paid(a)).toEqual([1, 3]);
      const { data } = await a.view();
      expect(data.incarnation).not.toBe(before);
      expect(data.history).toEqual((await b.view()).data.history);
    });

    test("waits for the new primary's first checkpoint: before it there is nothing to rewind to", async () => {
      const { a, b } = await runTrio(site());
      await caughtUp(a, b);
      expect(await b.control.follow(null)).toEqual(done);
      await pay(a, 2);
      expect(await a.control.kill()).toEqual(done);
      const checkpointer = await pidOf(b, 'checkpointer');
      process.kill(checkpointer, 'SIGSTOP');
      expect(await b.control.promote({ promotionId: 'third', epoch: 2, forced: false })).toEqual(done);
      const happened: string[] = [];
      a.reopen((_, step) => void happened.push(step));
      const rewound = a.control.rewind('b');
      await eventually(async () => (happened.includes('it can be rewound') ? { found: true } : { missing: happened }));
      await b.see(({ checkpoint }) => (checkpoint.timeline ?? 4) < 4);
      happened.push('checkpoint');
      process.kill(checkpointer, 'SIGCONT');
      expect(await b.control.checkpoint()).toEqual(done);
      expect(await rewound).toEqual(done);
      expect(happened.indexOf('mark it')).toBeGreaterThan(happened.indexOf('checkpoint'));
    });

    test('is needed for a replica too that had received more than the new primary', async () => {
      const { a, b, c } = await runTrio(site());
      expect(await c.control.rebuild('a')).toEqual(done);
      await startFollowing(c, a);
      expect(await b.control.follow(null)).toEqual(done);
      await pay(a, 2);
      await caughtUp(a, c);
      expect(await a.control.kill()).toEqual(done);
      await promote(b, 'third');
      expect(await b.control.checkpoint()).toEqual(done);
      expect(await c.control.follow('b')).toEqual(refused('diverged'));
      expect(await c.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      expect(await c.control.startStandby('b')).toEqual(refused('diverged'));
      expect(await c.control.rewind('b')).toEqual(done);
      await startFollowing(c, b);
      expect(await paid(c)).toEqual([]);
    });

    test('does nothing to data that the source has all of', async () => {
      const { a, b } = await runTrio(site());
      await caughtUp(a, b);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      const { data } = await b.view();
      expect(await b.control.rewind('a')).toEqual(done);
      expect((await b.view()).data).toEqual(data);
      expect(await b.control.startStandby('a')).toEqual(done);
      expect(await b.control.rewind('a')).toEqual(refused('running'));
    });

    test('is refused to a twin, whose timeline only has the same number; so is following', async () => {
      const { a, b } = await twins();
      const numbers = async (node: typeof a) => (await node.view()).data.history.map(({ timeline }) => timeline);
      expect(await numbers(a)).toEqual(await numbers(b));
      expect(await a.control.startStandby('b')).toEqual(refused('foreign'));
      expect(await a.control.rewind('b')).toEqual(refused('foreign'));
      expect(await a.control.startStandby(null)).toEqual(done);
      expect(await a.control.follow('b')).toEqual(refused('foreign'));
    });

    test('is refused where a forced failover left the data behind', async () => {
      const { a, b } = await diverged({ forced: true, crash: false });
      expect(await b.control.checkpoint()).toEqual(done);
      expect(await a.control.rewind('b')).toEqual(refused('forced-divergence'));
    });

    test('is refused towards a standby', async () => {
      const { b, c } = await runTrio(site());
      expect(await c.control.rebuild('a')).toEqual(done);
      expect(await c.control.rewind('b')).toEqual(refused('source-is-no-primary'));
      expect(b.place.host).toBe('b');
    });

    test('that did not come to its end leaves data which nothing but a copy mends', async () => {
      const { a, b } = await diverged();
      expect(await b.control.checkpoint()).toEqual(done);
      a.reopen((_, step) => {
        if (step === 'only its identity is missing') throw new Error('the agent dies');
      });
      await expect(a.control.rewind('b')).rejects.toThrow('the agent dies');
      a.reopen();
      expect((await a.view()).data.state).toBe('half-made');
      expect(await a.control.rewind('b')).toEqual(refused('half-made'));
      expect(await a.control.startStandby(null)).toEqual(refused('half-made'));
      expect(await a.control.rebuild('b')).toEqual(done);
      expect(existsSync(`${a.place.dataDirectory}.kept`)).toBe(false);
      await startFollowing(a, b);
    });
  });

  describe('rebuild', () => {
    test('replaces data that the source has all of, and keeps nothing', async () => {
      const { a, b } = await runTrio(site());
      const before = (await b.view()).data.incarnation;
      expect(await b.control.rebuild('a')).toEqual(refused('running'));
      await caughtUp(a, b);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      expect(await b.control.rebuild('a')).toEqual(done);
      expect(existsSync(`${b.place.dataDirectory}.kept`)).toBe(false);
      expect((await b.view()).data.incarnation).not.toBe(before);
      await startFollowing(b, a);
    });

    test('keeps aside what a forced failover left behind, and only one such copy', async () => {
      const { a, b } = await diverged({ forced: true, crash: false });
      expect(await a.control.rebuild('b')).toEqual(done);
      expect(existsSync(join(`${a.place.dataDirectory}.kept`, 'PG_VERSION'))).toBe(true);
      expect(await a.control.initdb()).toEqual(refused('has-data'));
      await startFollowing(a, b);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      await promote(a, 'fourth');
      await startFollowing(b, a);
      expect(await b.control.follow(null)).toEqual(done);
      await pay(a, 4);
      expect(await a.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      await promote(b, 'fifth', true);
      expect(await a.control.rebuild('b')).toEqual(refused('kept-copy-in-the-way'));
      expect((await a.view()).data.state).toBe('whole');
    });

    test('keeps aside a twin', async () => {
      const { a, b } = await twins();
      expect(await a.control.rebuild('b')).toEqual(done);
      expect(existsSync(join(`${a.place.dataDirectory}.kept`, 'PG_VERSION'))).toBe(true);
      await startFollowing(a, b);
    });
  });
}
