import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createInterruption } from '../../../control-plane/src/cli/interruption.ts';

function interruptionUnderTest() {
  const source = new EventEmitter();
  const said: string[] = [];
  const exits: number[] = [];
  const interruption = createInterruption({ source, say: (text) => void said.push(text), exit: (code) => void exits.push(code) });
  return { source, said, exits, interruption };
}

const begin = { event: 'run', run: 'r1', mode: 'apply', cluster: 'demo', hosts: [], seq: 1, at: '' } as const;

test.each(['SIGINT', 'SIGTERM'])('the first %s stops the run and says how to go on with it', (signal) => {
  const { source, said, exits, interruption } = interruptionUnderTest();
  interruption.onEvent(begin);
  source.emit(signal);
  expect(interruption.signal.reason).toMatchObject({ code: 'NV_INTERRUPTED', hint: expect.stringContaining('--resume r1') });
  expect(said).toEqual([expect.stringContaining('netvis-ctl apply --resume r1')]);
  expect(exits).toEqual([]);
});

test('a second signal ends the process at once', () => {
  const { source, exits } = interruptionUnderTest();
  source.emit('SIGINT');
  source.emit('SIGTERM');
  expect(exits).toEqual([130]);
});

test('a plan is not gone on with', () => {
  const { source, said, interruption } = interruptionUnderTest();
  interruption.onEvent({ ...begin, mode: 'plan' });
  source.emit('SIGINT');
  expect(said[0]).not.toContain('--resume');
});
