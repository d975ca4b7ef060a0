import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from './advance.ts';
import { checkpoint } from './checkpoint.ts';
import { commit } from './commit.ts';
import type { CommitOutcome, Server } from './host-state.ts';
import { freezeServer } from './server-freeze.ts';
import { hostAt, makeStage, raiseCopy, raisePrimary, setNamesAndWait } from './stage.ts';
import type { World } from './state.ts';
import { cancelWaiter, enforcedNames, setSyncNames } from './sync-rep.ts';
import { placeholder } from './wal.ts';

function write(world: World, server: Server, isLocal = false): { outcome: CommitOutcome | null; position: number } {
  const result = { outcome: null as CommitOutcome | null, position: 0 };
  commit(world, server, {
    kind: 'write',
    isLocal,
    done: (outcome, position) => Object.assign(result, { outcome, position }),
  });
  runFor(world, 20);
  return result;
}

describe('synchronous replication', () => {
  it('lets nothing return under the placeholder but what does not wait', () => {
    const world = makeStage(2);
    const primary = raisePrimary(world);
    raiseCopy(world, 1);
    setNamesAndWait(world, primary, placeholder);
    expect(write(world, primary).outcome).toBeNull();
    expect(write(world, primary, true).outcome).toBe('returned');
    expect(primary.waiters).toHaveLength(1);
  });

  it('returns a commit once the listed standby has flushed it, and has it there', () => {
    const world = makeStage(2);
    const primary = raisePrimary(world);
    const standby = raiseCopy(world, 1);
    setNamesAndWait(world, primary, [standby.host.disk.data.incarnation]);
    const { outcome, position } = write(world, primary);
    expect(outcome).toBe('returned');
    expect(standby.host.disk.data.wal[position - 1]).toBe(primary.host.disk.data.wal[position - 1]);
    freezeServer(standby);
    expect(write(world, primary).outcome).toBeNull();
  });

  it('shows a list that does not hold yet while a checkpoint runs', () => {
    const world = makeStage(2);
    const primary = raisePrimary(world);
    raiseCopy(world, 1);
    checkpoint(world, primary, { durationMs: 500, whenDone: () => undefined });
    setSyncNames(world, primary, placeholder);
    runFor(world, 100);
    expect(primary.names).toBe(placeholder);
    expect(write(world, primary).outcome).toBe('returned');
    expect(enforcedNames(primary)).toEqual([]);
    runFor(world, 600);
    expect(write(world, primary).outcome).toBeNull();
  });

  it('wakes those who wait only when the checkpointer clears the flag', () => {
    const world = makeStage(2);
    const primary = raisePrimary(world);
    setNamesAndWait(world, primary, placeholder);
    const waiting = write(world, primary);
    checkpoint(world, primary, { durationMs: 500, whenDone: () => undefined });
    setSyncNames(world, primary, []);
    runFor(world, 100);
    expect([primary.names, waiting.outcome]).toEqual([[], null]);
    runFor(world, 600);
    expect(waiting.outcome).toBe('returned');
  });

  it('releases by the list that each walsender has, whatever the others have', () => {
    const world = makeStage(3);
    const primary = raisePrimary(world);
    const [old, fresh] = [raiseCopy(world, 1), raiseCopy(world, 2)];
    setNamesAndWait(world, primary, ['copy-1']);
    freezeServer(fresh);
    setSyncNames(world, primary, ['copy-2']);
    runUntil(world, () => primary.names[0] === 'copy-2');
    const late = primary.walsenders.find((walsender) => walsender.standby === old);
    Object.assign(late ?? {}, { names: ['copy-1'] });
    expect(write(world, primary).outcome).toBe('returned');
    expect(enforcedNames(primary)).toEqual([]);
  });

  it('tells success with a warning to whoever gives up its wait', () => {
    const world = makeStage(2);
    const primary = raisePrimary(world);
    setNamesAndWait(world, primary, placeholder);
    const waiting = write(world, primary);
    cancelWaiter(primary, 0);
    expect(waiting.outcome).toBe('cancelled');
    expect(hostAt(world, 0).disk.data.wal).toHaveLength(waiting.position);
  });
});
