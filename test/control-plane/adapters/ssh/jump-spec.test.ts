import { expect, test } from 'vitest';
import { parseJump } from '../../../../control-plane/src/adapters/ssh/jump-spec.ts';

test.each([
  ['gate', [{ host: 'gate' }]],
  ['me@gate:2222', [{ user: 'me', host: 'gate', port: 2222 }]],
  ['ssh://me@gate:22/', [{ user: 'me', host: 'gate', port: 22 }]],
  ['me@[2001:db8::1]:22', [{ user: 'me', host: '2001:db8::1', port: 22 }]],
  ['2001:db8::1', [{ host: '2001:db8::1' }]],
  ['10.0.0.1, me@b', [{ host: '10.0.0.1' }, { user: 'me', host: 'b' }]],
  ['none', []],
  [undefined, []],
])('%s is read', (text, hops) => {
  expect(parseJump(text)).toEqual(hops);
});

test.each(['', 'a,,b', 'me@', 'a b', 'gate:port', '[::1'])('%j is refused', (text) => {
  expect(() => parseJump(text)).toThrowError(expect.objectContaining({ code: 'NV_INVENTORY_INVALID' }));
});
