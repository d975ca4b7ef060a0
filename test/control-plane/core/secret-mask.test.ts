import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { revealSecrets, secretEncodings, secretToken } from '../../../control-plane/src/core/secret.ts';
import { createMasker } from '../../../control-plane/src/core/secret-mask.ts';

function maskerOf(values: Record<string, string>): (text: string) => string {
  return createMasker(Object.assign((name: string) => values[name] ?? '', { names: Object.keys(values) }));
}

const hostile = `p"a's\\s w%rd:@/é$&`;

describe('a value is masked', () => {
  const mask = maskerOf({ redis: hostile, postgres: 'plainPassword1' });

  test.each(secretEncodings)('in its %s form', (encoding) => {
    expect(mask(`before ${revealSecrets(secretToken('redis', encoding), () => hostile)} after`)).toMatch(
      /^before ["']?\[secret redis\]["']? after$/,
    );
  });

  test.each([
    ['JSON', JSON.stringify({ password: hostile })],
    ['shell quotes', `'${hostile.replaceAll("'", "'\\''")}'`],
    ['base64', Buffer.from(hostile).toString('base64')],
    ['basic authentication', Buffer.from(`admin:${hostile}`).toString('base64')],
    ['base64 of another alignment', Buffer.from(`root:${hostile}\n`).toString('base64url')],
  ])('inside %s', (_, text) => {
    const masked = mask(text);
    expect(masked).toContain('[secret redis]');
    expect(masked).not.toContain(hostile.slice(4));
  });

  test('wherever it stands and however often', () => {
    expect(mask('plainPassword1xplainPassword1')).toBe('[secret postgres]x[secret postgres]');
  });
});

test('each line of a key is masked, its public header is not', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----\n';
  const mask = maskerOf({ 'ca-key': key });
  expect(mask('x\n-----BEGIN PRIVATE KEY-----\r\nMIGHAgEAMBMGByqGSM49\r\n')).toBe('x\n-----BEGIN PRIVATE KEY-----\r\n[secret ca-key]\r\n');
  expect(mask(key)).toBe('[secret ca-key]');
});

test('of two values the longer one is masked whole', () => {
  expect(maskerOf({ short: 'hunter', long: 'hunter-and-gatherer' })('hunter-and-gatherer hunter')).toBe('[secret long] [secret short]');
});

test('without secrets nothing is masked, and an empty value masks nothing', () => {
  expect(maskerOf({})('text')).toBe('text');
  expect(maskerOf({ empty: '' })('text')).toBe('text');
});

test('no text keeps a secret, whatever characters either has', () => {
  const value = fc.string({ minLength: 8, maxLength: 40, unit: 'binary' }).filter((text) => text.trim() === text);
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const marker = '[secret s]';
      fc.pre(!marker.includes(secret));
      expect(maskerOf({ s: secret })(before + secret + after).replaceAll(marker, '')).not.toContain(secret);
      const inBase64 = Buffer.from(before + secret + after).toString('base64');
      expect(maskerOf({ s: secret })(inBase64)).toContain(marker);
    }),
  );
});
