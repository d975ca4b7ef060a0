import { expect, it } from 'vitest';
import { runFor } from './advance.ts';
import { freezeServer } from './server-freeze.ts';
import { stopFast } from './server-stop.ts';
import { makeStage, raiseCopy, raisePrimary } from './stage.ts';

it('ends a fast stop once the standbys have the last record', () => {
  const world = makeStage(2);
  const primary = raisePrimary(world);
  const standby = raiseCopy(world, 1);
  stopFast(world, primary, { deadlineMs: 5_000, whenGone: () => undefined });
  runFor(world, 200);
  expect(primary.isAlive).toBe(false);
  expect(standby.host.disk.data.wal).toEqual(primary.host.disk.data.wal);
});

it('does not end a fast stop before its deadline while a standby is frozen', () => {
  const world = makeStage(2);
  const primary = raisePrimary(world);
  freezeServer(raiseCopy(world, 1));
  stopFast(world, primary, { deadlineMs: 1_000, whenGone: () => undefined });
  runFor(world, 900);
  expect(primary.isAlive).toBe(true);
  runFor(world, 200);
  expect(primary.isAlive).toBe(false);
});
