import { setTimeout as delay } from 'node:timers/promises';
import type { RunReport } from '../../../control-plane/src/core/run-event.ts';
import { type RunningCtl, spawnNetvisCtl } from '../netvis-ctl.ts';
import { eventsIn, type Progress, progressOf } from './progress.ts';

/** One strike at an apply: when after its first event, and how far it had come. */
export type Strike = Progress & { readonly afterMs: number; readonly what: string };

export type StruckApply = {
  /** Null when it ended before it could be struck. */
  readonly strike: Strike | null;
  /** Null = killed. */
  readonly exitCode: number | null;
  readonly report: RunReport | null;
  readonly stderr: string;
};

/** Does harm and says what it did; the apply lives on unless this ends it. */
export type Striker = (running: RunningCtl) => Promise<string>;

export type StrikePlan = {
  readonly inventory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** After the first event; negative = so long after the process was started instead. */
  readonly afterMs: number;
  readonly fromStart: boolean;
  readonly striker: Striker;
};

/** How long an apply may wait for the lock of one that was killed. */
const waitLockSeconds = 60;
export const applyWords = (inventory: string) => ['apply', inventory, '--yes', '--json', '--wait-lock', `${waitLockSeconds}`];

/** Starts an apply, strikes it once, and waits for its end. */
export async function strikeApply(plan: StrikePlan): Promise<StruckApply> {
  const running = spawnNetvisCtl(applyWords(plan.inventory), plan.environment);
  const ended = new Promise<number | null>((resolve, reject) => running.child.once('error', reject).once('close', resolve));
  if (!plan.fromStart) await Promise.race([ended, firstEvent(running)]);
  await Promise.race([ended, delay(plan.afterMs)]);
  const strike = await strikeOnce(running, plan);
  const exitCode = await ended;
  const last = eventsIn(running.texts.stdout).at(-1);
  return { strike, exitCode, report: last?.event === 'report' ? last : null, stderr: running.texts.stderr };
}

async function strikeOnce(running: RunningCtl, { striker, afterMs }: StrikePlan): Promise<Strike | null> {
  if (running.child.exitCode !== null || running.child.signalCode !== null) return null;
  const progress = progressOf(eventsIn(running.texts.stdout));
  return { ...progress, afterMs: Math.round(afterMs), what: await striker(running) };
}

async function firstEvent({ child }: RunningCtl): Promise<void> {
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
}
