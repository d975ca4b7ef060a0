import { expect, test, vi } from 'vitest';
import { createLane } from '../../../agent/src/failover/lane.ts';

const at = { monotonicMs: 5, boottimeMs: 5 };

function laneOf() {
  const changed = vi.fn();
  const failed = vi.fn();
  return { lane: createLane({ moment: () => at, changed, failed }), changed, failed };
}

test('an operation is shown while it lasts and after it ended', async () => {
  const { lane, changed } = laneOf();
  lane.start('checkpoint', async () => ({ failure: null }));
  expect(lane.view()).toEqual({ busy: { kind: 'checkpoint', since: at }, last: null });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(lane.view()).toEqual({ busy: null, last: { kind: 'checkpoint', at, failure: null } });
});

test('an operation that breaks has failed with its reason', async () => {
  const { lane, changed, failed } = laneOf();
  lane.start('rewind', () => Promise.reject(new Error('no such host')));
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(lane.view().last).toEqual({ kind: 'rewind', at, failure: 'no such host' });
  expect(failed).toHaveBeenCalledWith('rewind', 'no such host');
});

test('a second operation is never begun beside the first', () => {
  const { lane } = laneOf();
  lane.start('promote', () => new Promise(() => undefined));
  expect(() => lane.start('stop', async () => ({ failure: null }))).toThrow(/while promote/);
});
