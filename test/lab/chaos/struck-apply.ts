import { setTimeout as delay } from 'node:timers/promises';
import { eventsIn, type RunningCtl, spawnNetvisCtl } from '../netvis-ctl.ts';
import { type Progress, progressOf } from './progress.ts';

/** One strike at an apply: when after its first event, and how far it had come. */
export type Strike = Progress & { readonly afterMs: number; readonly what: string };

export type StruckApply = {
  /** Fewer than planned when it ended before. */
  readonly strikes: readonly Strike[];
  /** Null = killed. */
  readonly exitCode: number | null;
};

/** Does harm and says what it did; the apply lives on unless this ends it. */
export type Striker = (running: RunningCtl) => Promise<string>;

export type StrikePlan = {
  readonly inventory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In order, counted from the start of the process or from its first event. */
  readonly afterMs: readonly number[];
  readonly from: 'start' | 'first-event';
  /** Go on with the newest run in place of a new one. */
  readonly resume: boolean;
  readonly striker: Striker;
};

/** How long an apply may wait for the lock of one that was killed. */
const waitLockSeconds = 60;
export const applyWords = (inventory: string) => ['apply', inventory, '--yes', '--json', '--wait-lock', `${waitLockSeconds}`];

const resumeWords = ['apply', '--resume', 'last', '--json'];

/** Starts an apply, strikes it at these moments as long as it runs, and waits for its end. */
export async function strikeApply(plan: StrikePlan): Promise<StruckApply> {
  const running = spawnNetvisCtl(plan.resume ? resumeWords : applyWords(plan.inventory), plan.environment);
  const ended = new Promise<number | null>((resolve, reject) => running.child.once('error', reject).once('close', resolve));
  if (plan.from === 'first-event') await Promise.race([ended, firstEvent(running)]);
  const startMs = performance.now();
  const strikes: Strike[] = [];
  for (const afterMs of plan.afterMs) {
    await Promise.race([ended, delay(Math.max(0, startMs + afterMs - performance.now()))]);
    if (hasEnded(running)) break;
    const progress = progressOf(eventsIn(running.texts.stdout));
    const atMs = Math.round(performance.now() - startMs);
    strikes.push({ ...progress, afterMs: atMs, what: await plan.striker(running) });
  }
  return { strikes, exitCode: await ended };
}

function hasEnded({ child }: RunningCtl): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function firstEvent({ child }: RunningCtl): Promise<void> {
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
}
