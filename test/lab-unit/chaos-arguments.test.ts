import { describe, expect, test } from 'vitest';
import { parseArguments } from '../lab/chaos/arguments.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('the command line of the chaos command', () => {
  test.each([
    ['apply', { scenario: 'apply', target: 'ctl', shape: 'compact', strikes: 50, perChain: 5, seed: 1, keep: false }],
    ['apply --target ssh', { target: 'ssh', strikes: 20 }],
    ['down', { scenario: 'down', shape: 'compact', host: 'n3', stage: 'redis' }],
    ['two', { scenario: 'two', shape: 'compact' }],
    ['soak', { scenario: 'soak', shape: 'compact', minutes: 30, preset: 'balanced', only: [], load: 0, seed: 1 }],
    ['soak --only power-off,nothing --load 4 --preset fast', { only: ['power-off', 'nothing'], load: 4, preset: 'fast' }],
    ['down --shape full --host fe2 --stage app', { host: 'fe2', stage: 'app' }],
    ['apply --kills 7 --per-chain 2 --seed 9 --shape full --keep', { strikes: 7, perChain: 2, seed: 9, shape: 'full', keep: true }],
  ])('"%s" is understood', (line, request) => {
    expect(parse(line)).toMatchObject(request);
  });

  test.each([
    '',
    'fly',
    'apply --kills 0',
    'apply --target disk',
    'apply --shape round',
    'apply --fast',
    'down --host pg1',
    'soak --only boredom',
    'soak --preset slow',
  ])('"%s" is refused', (line) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
  });
});
