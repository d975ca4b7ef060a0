import { expect, test } from 'vitest';
import { runLoop } from '../../agent/src/loop.ts';
import { buildReport } from '../support/build-readings.ts';

/** Runs the loop over ticks that take `tookMs` each, on a clock that only they and the sleeps move. */
async function sleepsOf(tookMs: readonly number[]): Promise<{ readonly sleeps: readonly number[]; readonly starts: readonly number[] }> {
  const [sleeps, starts]: [number[], number[]] = [[], []];
  const stop = new AbortController();
  let now = 0;
  const round = async () => {
    starts.push(now);
    now += tookMs[starts.length - 1] ?? 0;
    if (starts.length === tookMs.length) stop.abort();
    return buildReport({});
  };
  const sleep = async (ms: number) => {
    sleeps.push(ms);
    now += ms;
  };
  await runLoop(round, { intervalMs: 1000, monotonicMs: () => now, sleep }, stop.signal);
  return { sleeps, starts };
}

test('a tick begins each interval, whatever the one before took', async () => {
  expect(await sleepsOf([20, 300, 20])).toEqual({ sleeps: [980, 700], starts: [0, 1000, 2000] });
});

test('after a tick longer than the interval the next begins at once', async () => {
  expect(await sleepsOf([1500, 20])).toEqual({ sleeps: [], starts: [0, 1500] });
});
