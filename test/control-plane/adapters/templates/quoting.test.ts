import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotingFilters } from '../../../../control-plane/src/adapters/templates/quoting.ts';
import { readEnvironmentFile, readExecStart, readNginx, readPostgresValue, readRedisLine } from '../../../support/config-readers.ts';
import { printableText } from '../../../support/printable-text.ts';

const readers: Readonly<Record<string, (quoted: string) => unknown>> = {
  nginx: (quoted) => readNginx(`server_name ${quoted};`).slice(1, -1).join(),
  redis: (quoted) => readRedisLine(`requirepass ${quoted}`)[1],
  postgres: readPostgresValue,
  systemd: (quoted) => readExecStart(quoted).join(),
  environment: (quoted) => readEnvironmentFile(`NAME=${quoted}`).NAME,
  sql: (quoted) => /^"((?:[^"]|"")*)"$/.exec(quoted)?.[1]?.replaceAll('""', '"'),
  compose: (quoted) => JSON.parse(quoted.replaceAll('$$', '$')),
  urlpart: decodeURIComponent,
};

describe.each(Object.entries(readers))('a value quoted for %s', (name, read) => {
  const filter = quotingFilters[name as keyof typeof quotingFilters];

  it('is read as the one value it is', () => {
    fc.assert(
      fc.property(printableText, (value) => {
        expect(read(String(filter(value)))).toBe(value);
      }),
    );
  });

  it.each(['a\nb', 'a\rb', 'a\u0000b', 'a\u0085b', 'a\u2028b'])('is refused when it is %j', (value) => {
    expect(() => filter(value)).toThrow('control character');
  });
});

it('a value quoted for the shell is one word of a real shell', () => {
  const values = fc.sample(printableText, { numRuns: 100, seed: 7 });
  const script = values.map((value) => `printf '%s\\n' ${quotingFilters.shell(value)}`).join('\n');
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(values.map((value) => `${value}\n`).join(''));
});

it('an address stands before a port and in an access list, of either family', () => {
  expect([quotingFilters.authority('10.0.0.1'), quotingFilters.authority('fd00::1')]).toEqual(['10.0.0.1', '[fd00::1]']);
  expect([quotingFilters.hostcidr('10.0.0.1'), quotingFilters.hostcidr('fd00::1')]).toEqual(['10.0.0.1/32', 'fd00::1/128']);
});

it('a size is a number of bytes, and anything else is refused', () => {
  expect(['1kB', '256MB', '4GB'].map(quotingFilters.bytes)).toEqual([1024, 268_435_456, 4_294_967_296]);
  expect(() => quotingFilters.bytes('4 GB')).toThrow('not a size');
});
