import { expect, test } from 'vitest';
import { channelSlots } from '../../../../control-plane/src/adapters/ssh/channel-slots.ts';
import { useChannel } from '../../../../control-plane/src/adapters/ssh/use-channel.ts';

/** A server with so many sessions; `use` holds one until `finish`. */
function server(sessions: number) {
  const open: (() => void)[] = [];
  let most = 0;
  const use = async <T>(value: T): Promise<T> => {
    if (open.length >= sessions) throw new Error('(SSH) Channel open failure: open failed');
    const { promise, resolve } = Promise.withResolvers<void>();
    open.push(resolve);
    most = Math.max(most, open.length);
    await promise;
    return value;
  };
  const finish = () => open.shift()?.();
  return { use, finish, most: () => most, open: () => open.length };
}

const turns = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

test('works run up to the limit, the others in their order', async () => {
  const { use, finish, most, open } = server(10);
  const slots = channelSlots(3);
  const done: number[] = [];
  const all = [0, 1, 2, 3, 4].map((i) => useChannel(slots, () => use(i)).then((value) => done.push(value)));
  await turns();
  expect(open()).toBe(3);
  for (let i = 0; i < 5; i++) {
    finish();
    await turns();
  }
  await Promise.all(all);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(most()).toBe(3);
});

test('a server with fewer sessions is asked for one at a time from then on, and every work is done', async () => {
  const { use, finish } = server(2);
  const slots = channelSlots(8);
  let refused = 0;
  const counting = (i: number) => () =>
    use(i).catch((error) => {
      refused += 1;
      throw error;
    });
  const all = Promise.all(Array.from({ length: 12 }, (_, i) => useChannel(slots, counting(i))));
  for (let i = 0; i < 12; i++) {
    await turns();
    finish();
  }
  expect(await all).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(refused).toBe(6);
});

test('a failed work gives its slot back', async () => {
  const slots = channelSlots(1);
  await expect(useChannel(slots, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await useChannel(slots, async () => 'next')).toBe('next');
});
