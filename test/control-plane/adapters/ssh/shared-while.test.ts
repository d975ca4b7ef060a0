import { expect, test } from 'vitest';
import { sharedWhile } from '../../../../control-plane/src/adapters/ssh/shared-while.ts';

/** A shared number that counts how often it was made; `bad` numbers are no longer good, `failing` ones cannot be made. */
function counter({ bad = new Set<number>(), failing = new Set<number>() } = {}) {
  let made = 0;
  const make = async () => {
    made += 1;
    if (failing.has(made)) throw new Error(`not ${made}`);
    return made;
  };
  return sharedWhile(make, (value) => !bad.has(value));
}

test('all callers share one value', async () => {
  const { get } = counter();
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
});

test('a value that went bad is made again once', async () => {
  const bad = new Set<number>();
  const { get } = counter({ bad });
  await get();
  bad.add(1);
  expect(await Promise.all([get(), get(), get()])).toEqual([2, 2, 2]);
});

test('those who waited for a failed making fail with it, the next one makes it again', async () => {
  const { get } = counter({ failing: new Set([1]) });
  const outcomes = await Promise.allSettled([get(), get()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await get()).toBe(2);
});

test('a dropped value is given back and made again by the next', async () => {
  const { get, drop } = counter({ failing: new Set([2]) });
  expect(await drop()).toBeUndefined();
  await get();
  expect(await drop()).toBe(1);
  const failing = get();
  expect(await drop()).toBeUndefined();
  await expect(failing).rejects.toThrow('not 2');
});
