import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { redisReading } from '../../../../agent/src/core/readings/redis-reading.ts';

const directory = new URL('../../../cases/agent/redis/', import.meta.url);
const cases = readdirSync(directory).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, directory), 'utf8'))]);

describe('INFO of Redis', () => {
  test.each(cases)('%s', (_name, { info, expect: reading }) => {
    expect(redisReading(info)).toEqual(reading);
  });

  test('an error is a server that does not serve, with its words', () => {
    expect(redisReading({ error: 'NOAUTH Authentication required.' })).toMatchObject({
      role: 'down',
      reason: 'NOAUTH Authentication required.',
    });
  });

  test('no answer is down', () => {
    expect(redisReading(undefined)).toMatchObject({ role: 'down' });
  });
});
