import { describe, expect, it } from 'vitest';
import { lookMs, progressOf } from '../lab/chaos/progress.ts';
import { eventsIn } from '../lab/netvis-ctl.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const lines = [
  { event: 'run', run: 'r', mode: 'apply', cluster: 'c', hosts: ['a'], seq: 1, at: at(0) },
  { event: 'phase', phase: 'plan', seq: 2, at: at(1) },
  { event: 'stage', stage: 'base', state: 'start', hosts: ['a'], seq: 3, at: at(2) },
  { event: 'step', host: 'a', stage: 'base', step: 's', outcome: 'changed', summary: '', seq: 4, at: at(3) },
].map((event) => `${JSON.stringify(event)}\n`);

describe('the progress of a run that was cut off', () => {
  it('is read from whole lines alone', () => {
    expect(eventsIn(`${lines.slice(0, 2).join('')}${lines[2]?.slice(0, 20)}`).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(eventsIn('{"half')).toEqual([]);
  });

  it('names the stage at work and counts what was changed', () => {
    expect(progressOf([])).toEqual({ at: 'start', changed: 0 });
    expect(progressOf(eventsIn(lines.slice(0, 2).join('')))).toEqual({ at: 'plan', changed: 0 });
    expect(progressOf(eventsIn(lines.join('')))).toEqual({ at: 'base', changed: 1 });
  });

  it('tells how long an apply looked before its first stage', () => {
    expect(lookMs(eventsIn(lines.join('')))).toBe(2000);
  });
});
