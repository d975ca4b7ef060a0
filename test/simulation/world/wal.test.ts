import { expect, it } from 'vitest';
import { runFor, runUntil } from './advance.ts';
import { checkpoint } from './checkpoint.ts';
import { commit } from './commit.ts';
import { rewind } from './copying.ts';
import { powerOff } from './host-power.ts';
import type { Host, Server } from './host-state.ts';
import { endServer } from './server-end.ts';
import { hostAt, makeStage, promoteNow, raiseCopy, raisePrimary, raiseStandby } from './stage.ts';
import type { World } from './state.ts';
import { commonPrefix, judgeStart, timelineOf } from './wal.ts';

function writeLocally(world: World, server: Server): void {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  commit(world, server, { kind: 'write', isLocal: true, done });
  runUntil(world, () => isDone);
}

function checkpointNow(world: World, server: Server): void {
  let isDone = false;
  const whenDone = () => {
    isDone = true;
  };
  checkpoint(world, server, { durationMs: 50, whenDone });
  runUntil(world, () => isDone);
}

/** The first host's server dies with a row that the second never got, and the second is promoted. */
function failOver(): { world: World; old: Host; fresh: Server } {
  const world = makeStage(2);
  const primary = raisePrimary(world);
  checkpointNow(world, primary);
  const fresh = raiseCopy(world, 1);
  const old = hostAt(world, 0);
  endServer(world, fresh, 'killed');
  writeLocally(world, primary);
  powerOff(world, old);
  const server = raiseStandby(world, hostAt(world, 1), null);
  promoteNow(world, server, 'second');
  old.isOn = true;
  return { world, old, fresh: server };
}

function rewindTo(world: World, host: Host, from: Host): string | null {
  const result = { isDone: false, failure: null as string | null };
  const done = (failure: string | null) => Object.assign(result, { isDone: true, failure });
  rewind(world, host, { from, isStillWanted: () => true, done });
  runUntil(world, () => result.isDone);
  return result.failure;
}

it('refuses to stream to a server that went on after the fork', () => {
  const { old, fresh } = failOver();
  expect(judgeStart(old.disk.data, fresh.host.disk.data)).toBe('forked');
});

it('says that nothing is to rewind before the new primary has checkpointed, and streams to a server that lacks a row', () => {
  const { world, old, fresh } = failOver();
  expect(rewindTo(world, old, fresh.host)).toBeNull();
  fresh.host.disk.data.slots = [old.name];
  const standby = raiseStandby(world, old, fresh.host);
  runUntil(world, () => standby.receiver?.status === 'streaming');
  for (let row = 0; row < 3; row++) writeLocally(world, fresh);
  runFor(world, 50);
  expect(old.disk.data.wal).toHaveLength(fresh.host.disk.data.wal.length);
  expect(commonPrefix(old.disk.data, fresh.host.disk.data)).toBeLessThan(old.disk.data.wal.length);
});

it('rewinds after the checkpoint, under a new incarnation', () => {
  const { world, old, fresh } = failOver();
  const { incarnation } = old.disk.data;
  checkpointNow(world, fresh);
  expect(rewindTo(world, old, fresh.host)).toBeNull();
  expect(commonPrefix(old.disk.data, fresh.host.disk.data)).toBe(old.disk.data.wal.length);
  expect(old.disk.data.incarnation).not.toBe(incarnation);
});

it('takes equal timeline numbers of two promotions for one timeline', () => {
  const { world, old, fresh } = failOver();
  const twin = raiseStandby(world, old, null);
  promoteNow(world, twin, 'twin');
  expect(timelineOf(old.disk.data)).toBe(timelineOf(fresh.host.disk.data));
  expect(judgeStart(fresh.host.disk.data, old.disk.data)).toBe('streams');
  expect(old.disk.data.lineage.at(-1)?.promotionId).not.toBe(fresh.host.disk.data.lineage.at(-1)?.promotionId);
});
