import { describe, expect, test } from 'vitest';
import { parseListen } from '../../../control-plane/src/api/server.ts';

describe('the address to listen on', () => {
  test.each([
    ['127.0.0.1:21320', { host: '127.0.0.1', port: 21_320 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('%s is understood', (listen, expected) => {
    expect(parseListen(listen)).toEqual(expected);
  });

  test.each(['21320', ':21320', '127.0.0.1', '127.0.0.1:99999', '::1:80', 'a:b'])('%s is refused', (listen) => {
    expect(() => parseListen(listen)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
  });
});
