import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommand, parseReplies } from '../../../../agent/src/core/readings/resp.ts';

describe('the protocol of Redis', () => {
  test('a command is counted in bytes, not characters', () => {
    expect(encodeCommand(['AUTH', 'pä'])).toBe('*2\r\n$4\r\nAUTH\r\n$3\r\npä\r\n');
  });

  test('every kind of reply is read', () => {
    const text = '+OK\r\n-ERR no\r\n:7\r\n$5\r\na\r\nbc\r\n$-1\r\n*-1\r\n*2\r\n$1\r\na\r\n*1\r\n:-3\r\n';
    expect(parseReplies(text)).toEqual(['OK', { error: 'ERR no' }, 7, 'a\r\nbc', null, null, ['a', [-3]]]);
  });

  test('a reply that has not come whole is left out, wherever it is cut', () => {
    const whole = ['+OK\r\n', '$4\r\nab\r\n\r\n', '*2\r\n$1\r\na\r\n:1\r\n'];
    const text = whole.join('');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
        const complete = whole.filter((_, i) => whole.slice(0, i + 1).join('').length <= cut).length;
        expect(parseReplies(text.slice(0, cut))).toHaveLength(complete);
      }),
    );
  });

  test('another protocol is an error', () => {
    expect(() => parseReplies('HTTP/1.1 400 Bad Request\r\n')).toThrow('not a reply of Redis');
  });
});
