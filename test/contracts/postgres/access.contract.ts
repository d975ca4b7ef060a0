import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PostgresNode } from '../../support/postgres-node.ts';
import { done, refused, runTrio, type Trio } from '../../support/postgres-pair.ts';

/** Who may connect, and who may stream. The tests share one pair. */
export function accessContract(site: () => Trio): void {
  describe('access', () => accessTests(site));
}

function accessTests(site: () => Trio): void {
  let a: PostgresNode;
  let b: PostgresNode;

  beforeAll(async () => {
    ({ a, b } = await runTrio(site()));
    await a.sql("CREATE ROLE client LOGIN PASSWORD 'secret'");
  });

  const connect = () => a.clientSession('client', 'secret');
  const answer = () =>
    connect().then(
      () => 'admitted',
      (error) => error.code,
    );

  describe('gate', () => {
    test('shut, it lets in no client; open, those of the rules; shut again, it ends no session', async () => {
      expect(await answer()).toBe('28000');
      expect(await a.control.openGate()).toEqual(done);
      expect((await a.view()).gate).toBe('open');
      const session = await connect();
      expect(await a.control.shutGate()).toEqual(done);
      expect((await a.view()).gate).toBe('shut');
      expect(await answer()).toBe('28000');
      expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      session.end();
    });

    test('counts as shut once the rules it was opened by are no longer those of today', async () => {
      expect(await a.control.openGate()).toEqual(done);
      await writeFile(a.place.clientRules, 'host all client 127.0.0.1/32 reject\n');
      expect((await a.view()).gate).toBe('shut');
      expect(await answer()).toBe('admitted');
      expect(await a.control.openGate()).toEqual(done);
      expect((await a.view()).gate).toBe('open');
      expect(await answer()).toBe('28000');
      await writeFile(a.place.clientRules, 'host all all 127.0.0.1/32 scram-sha-256\n');
    });

    test('of a server that has not loaded what is written is not open yet', async () => {
      expect(await a.control.shutGate()).toEqual(done);
      process.kill(await a.postmasterPid(), 'SIGSTOP');
      const opening = a.control.openGate();
      await a.see(({ gate }) => gate === 'shut');
      process.kill(await a.postmasterPid(), 'SIGCONT');
      expect(await opening).toEqual(done);
      expect((await a.view()).gate).toBe('open');
    });
  });

  describe('ensure-slots', () => {
    test('gives every other host a slot, on a standby too, and says which are usable', async () => {
      expect(await b.control.ensureSlots(['a', 'b', 'c'])).toEqual(done);
      expect((await b.view()).slots).toEqual(['a', 'c']);
      expect((await a.view()).slots).toEqual(['b', 'c']);
    });

    test('drops the slot of a host that is gone, once nobody streams by it', async () => {
      expect(await a.control.ensureSlots(['a', 'c'])).toEqual(done);
      expect((await a.view()).slots).toEqual(['b', 'c']);
      expect(await b.control.stop({ mode: 'fast', deadlineMs: 20_000 })).toEqual(done);
      await a.see(({ walsenders }) => walsenders.length === 0);
      expect(await a.control.ensureSlots(['a', 'c'])).toEqual(done);
      expect((await a.view()).slots).toEqual(['c']);
      expect(await b.control.ensureSlots(['a'])).toEqual(refused('not-running'));
    });
  });
}
