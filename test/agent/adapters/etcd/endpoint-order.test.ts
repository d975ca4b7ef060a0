import { expect, test } from 'vitest';
import { endpointOrder } from '../../../../agent/src/adapters/etcd/endpoint-order.ts';

test('whoever answered last is asked first, and those before it last', () => {
  const order = endpointOrder(['a', 'b', 'c']);
  expect(order.current()).toEqual(['a', 'b', 'c']);
  order.answered('b');
  expect(order.current()).toEqual(['b', 'c', 'a']);
  order.answered('b');
  order.answered('elsewhere');
  expect(order.current()).toEqual(['b', 'c', 'a']);
});
