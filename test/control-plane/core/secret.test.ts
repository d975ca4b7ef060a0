import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from '../../../control-plane/src/core/remote-command.ts';
import { hasSecret, maskSecrets, revealSecrets, type SecretEncoding, secretToken } from '../../../control-plane/src/core/secret.ts';

const reveal = (encoding: SecretEncoding, value: string) => revealSecrets(secretToken('word', encoding), () => value);

test('a token hides its value, shows its name and is known as a secret', () => {
  const text = `user=x password=${secretToken('postgres-replication', 'url')};`;
  expect(hasSecret(text)).toBe(true);
  expect(hasSecret('user=x')).toBe(false);
  expect(maskSecrets(text)).toBe('user=x password=[secret postgres-replication];');
});

test('every token of a text is revealed, each by its own name and encoding', () => {
  const text = `${secretToken('redis', 'redis')} ${secretToken('jwt')} ${secretToken('redis')}`;
  expect(revealSecrets(text, (name) => `<"${name}">`)).toBe('"<\\"redis\\">" <"jwt"> <"redis">');
});

test('a value that looks like a token is not revealed again', () => {
  expect(revealSecrets(secretToken('a'), (name) => (name === 'a' ? secretToken('b') : 'wrong'))).toBe(secretToken('b'));
});

test('what the look-up throws is thrown', () => {
  const lookup = () => {
    throw new Error('no such secret');
  };
  expect(() => revealSecrets(secretToken('a'), lookup)).toThrow('no such secret');
});

test.each<[SecretEncoding, string, string]>([
  ['raw', `a'b"c\\d`, `a'b"c\\d`],
  ['url', `a b/c?d#e%f@g:h'(i)*!ü`, 'a%20b%2Fc%3Fd%23e%25f%40g%3Ah%27%28i%29%2A%21%C3%BC'],
  ['redis', `a"b\\c d\n\u007f`, '"a\\"b\\\\c d\\x0a\\x7f"'],
  ['sql', `a'b\\c"d`, `'a''b\\c"d'`],
  ['pgpass', 'a:b\\c', 'a\\:b\\\\c'],
])('the %s encoding of %j', (encoding, value, expected) => {
  expect(reveal(encoding, value)).toBe(expected);
});

describe('for any value', () => {
  const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());

  test('the URL encoding is undone by a URL parser, also as a password', () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(decodeURIComponent(reveal('url', text))).toBe(text);
        expect(reveal('url', text)).toMatch(/^[A-Za-z0-9._~%-]*$/);
      }),
    );
  });

  test('the Redis encoding is one line that ends at its own quote', () => {
    fc.assert(
      fc.property(value, (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
        expect(reveal('redis', text)).toMatch(/^"(?:[^"\\\u0000-\u001f\u007f]|\\["\\]|\\x[0-9a-f]{2})*"$/);
      }),
    );
  });

  test('a revealed value in a shell command is one word', () => {
    const word = fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', 'a'), maxLength: 12 });
    fc.assert(
      fc.property(word, (text) => {
        const script = `printf '%s' ${quote(reveal('raw', text))}`;
        expect(execFileSync('sh', { input: script }).toString()).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
});
