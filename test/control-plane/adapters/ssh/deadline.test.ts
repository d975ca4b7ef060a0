import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unlessAborted, within } from '../../../../control-plane/src/adapters/ssh/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const late = () => new Error('late');

test('work that settles in time is what comes of it, and no timer stays', async () => {
  expect(await within(1000, late, Promise.resolve('done'))).toBe('done');
  await expect(within(1000, late, Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(vi.getTimerCount()).toBe(0);
});

test('work that takes too long is given up at its deadline and not before', async () => {
  const outcome = vi.fn();
  within(1000, late, never()).catch(outcome);
  await vi.advanceTimersByTimeAsync(999);
  expect(outcome).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toHaveBeenCalledWith(late());
});

test('a signal ends the wait with its reason, also one that came before', async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(controller.signal, never());
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(unlessAborted(controller.signal, Promise.reject(new Error('mine')))).rejects.toThrow('gone');
});
