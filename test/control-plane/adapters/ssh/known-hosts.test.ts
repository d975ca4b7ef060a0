import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  indexKnownHosts,
  judgeHostKey,
  keyTypeOf,
  knownHostLine,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
} from '../../../../control-plane/src/adapters/ssh/known-hosts.ts';

const mine = key('ssh-ed25519', 'mine');
const other = key('ssh-ed25519', 'other');
const rsa = key('ssh-rsa', 'rsa');
const name = '10.0.0.1';

function key(type: string, seed: string): Buffer {
  const part = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  return Buffer.concat([part(type), part(seed.padEnd(32, '.'))]);
}
const line = (hosts: string, public_: Buffer = mine, marker = '') =>
  `${marker}${hosts} ${keyTypeOf(public_)} ${public_.toString('base64')} a comment`;
const judge = (text: string, shown = mine, host = name) => judgeHostKey(indexKnownHosts(parseKnownHosts(text)), host, shown);
const hashed = (host: string) => {
  const salt = Buffer.from('twenty bytes of salt');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(host).digest('base64')}`;
};

describe('a key is trusted', () => {
  test.each([
    ['by its name', '10.0.0.1'],
    ['by one of several names', 'pg1,10.0.0.1,10.0.0.2'],
    ['by its hashed name', hashed('10.0.0.1')],
    ['by a pattern', '10.0.0.*'],
    ['by a pattern of one character', '10.0.0.?'],
    ['by a pattern that leaves out another', '10.0.0.*,!10.0.0.9'],
  ])('%s', (_, hosts) => {
    expect(judge(line(hosts))).toEqual({ kind: 'trusted' });
  });

  test('when any of its lines holds it', () => {
    expect(judge([line(name, other), line(name, rsa), line(name)].join('\n'))).toEqual({ kind: 'trusted' });
  });

  test('by name and port where the port is not 22, plain and hashed', () => {
    const host = knownHostName('10.0.0.1', 2222);
    expect(judge(line('[10.0.0.1]:2222'), mine, host)).toEqual({ kind: 'trusted' });
    expect(judge(line(hashed('[10.0.0.1]:2222')), mine, host)).toEqual({ kind: 'trusted' });
    expect(judge(line('[10.0.0.1]:*'), mine, host)).toEqual({ kind: 'trusted' });
    expect(judge(line('10.0.0.1'), mine, host)).toMatchObject({ kind: 'unknown' });
  });

  test('whatever the case of the name and the spaces of the line', () => {
    const text = `  PG1\t${keyTypeOf(mine)}   ${mine.toString('base64')}\r\n`;
    expect(judge(text, mine, knownHostName('pg1', 22))).toEqual({ kind: 'trusted' });
    expect(judge(line('2001:DB8::1'), mine, knownHostName('2001:db8::1', 22))).toEqual({ kind: 'trusted' });
  });
});

describe('a key is not trusted', () => {
  test.each([
    ['under another name', '10.0.0.11'],
    ['where a dot would have to match any character', '10.0.0x1,10x0.0.1'],
    ['where its name is left out', '10.0.0.*,!10.0.0.1'],
    ['where only its name is left out', '!10.0.0.1'],
    ['under a hash of another name', hashed('10.0.0.2')],
    ['under a broken hash', '|1|abc'],
  ])('%s', (_, hosts) => {
    expect(judge(line(hosts))).toEqual({ kind: 'unknown', authority: false });
  });

  test('when the name has another one', () => {
    expect(judge([line(name, other), line(name, rsa)].join('\n'))).toEqual({ kind: 'changed', known: [other, rsa] });
  });

  test('when it is revoked, even if another line trusts it', () => {
    expect(judge([line(name), line('*', mine, '@revoked ')].join('\n'))).toEqual({ kind: 'revoked' });
    expect(judge([line(name), line('*', other, '@revoked ')].join('\n'))).toEqual({ kind: 'trusted' });
  });

  test('when it is that of a certificate authority, which is told', () => {
    expect(judge(line('*', mine, '@cert-authority '))).toEqual({ kind: 'unknown', authority: true });
  });

  test('by lines that are no entries', () => {
    expect(
      judge(['', '# 10.0.0.1 ssh-ed25519 AAAA', `${name} ssh-ed25519`, `@new ${line(name)}`, `${name} ssh-ed25519 AAAA`].join('\n')),
    ).toEqual({
      kind: 'unknown',
      authority: false,
    });
  });
});

test('the types of the trusted keys come in the order of the lines', () => {
  const text = [
    line(name, rsa),
    line(name),
    line('other', mine),
    line('10.*', rsa),
    line(name, other),
    line(name, rsa, '@cert-authority '),
  ].join('\n');
  expect(knownKeyTypes(indexKnownHosts(parseKnownHosts(text)), name)).toEqual(['ssh-rsa', 'ssh-ed25519']);
});

test('the line that pins a key is one that trusts it', () => {
  expect(judge(knownHostLine(name, mine))).toEqual({ kind: 'trusted' });
});

test('the fingerprint is the one ssh-keygen prints', () => {
  const known = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  expect(fingerprint(Buffer.from(known, 'base64'))).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
});
