import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Attempt, hedge } from '../../../../agent/src/adapters/etcd/hedge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Script = (endpoint: string, nth: number, signal: AbortSignal) => Promise<Attempt<string>>;

const never = new Promise<never>(() => undefined);
const afterMs = (ms: number, answer: Attempt<string>) => new Promise<Attempt<string>>((resolve) => setTimeout(resolve, ms, answer));
const proof = (value: string): Attempt<string> => ({ kind: 'proof', value });
const none = (reason: string): Attempt<string> => ({ kind: 'none', reason });

/** Hedges over a, b and c; `sent` says who was asked when. */
function run(script: Script) {
  const sent: [string, number][] = [];
  const signals: AbortSignal[] = [];
  const startMs = Date.now();
  const attempt = (endpoint: string, signal: AbortSignal) => {
    sent.push([endpoint, Date.now() - startMs]);
    signals.push(signal);
    return script(endpoint, sent.length, signal);
  };
  return { sent, signals, hedged: hedge({ endpoints: ['a', 'b', 'c'], hedgeMs: 120, budgetMs: 1000, attempt }) };
}

test('who answers in time is asked alone', async () => {
  const { sent, hedged } = run(() => afterMs(100, proof('yes')));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await hedged).toEqual({ kind: 'proof', value: 'yes', endpoint: 'a' });
  expect(sent).toEqual([['a', 0]]);
});

test('who is silent is joined by the next, and the slower answer still counts when it comes first', async () => {
  const { sent, hedged, signals } = run((endpoint) => (endpoint === 'a' ? afterMs(250, proof('late')) : never));
  await vi.advanceTimersByTimeAsync(250);
  expect(await hedged).toMatchObject({ value: 'late', endpoint: 'a' });
  expect(sent.map(([, ms]) => ms)).toEqual([0, 120, 240]);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

test('a failure is followed at once by those not asked yet, then the turns go on', async () => {
  const { sent, hedged } = run((_, nth) => (nth < 5 ? Promise.resolve(none('no leader')) : Promise.resolve(proof('elected'))));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await hedged).toMatchObject({ value: 'elected', endpoint: 'b' });
  expect(sent).toEqual(
    Object.entries({ a: 0, b: 0, c: 0 }).concat([
      ['a', 120],
      ['b', 240],
    ]),
  );
});

test('who hangs is asked again in its turn', async () => {
  const { hedged } = run((endpoint, nth) => (endpoint === 'b' && nth > 3 ? afterMs(1, proof('second try')) : never));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await hedged).toMatchObject({ value: 'second try', endpoint: 'b' });
});

test('at the end of the budget each endpoint has its reason, and nothing goes on', async () => {
  const { sent, hedged } = run((endpoint) => (endpoint === 'b' ? Promise.resolve(none('refused')) : never));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await hedged).toEqual({ kind: 'none', reason: 'a: no answer in 1000 ms; b: refused; c: no answer in 1000 ms' });
  const asked = sent.length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toHaveLength(asked);
});

test('a bug in an attempt is not swallowed', async () => {
  const { hedged } = run(() => Promise.reject(new RangeError('bug')));
  const rejected = expect(hedged).rejects.toThrow(RangeError);
  await vi.advanceTimersByTimeAsync(1000);
  await rejected;
});
