import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome, StopOrder } from '../../ports/postgres-control.ts';
import { type Deadline, deadlineIn, until } from './deadline.ts';
import { findPostmaster, serverProcesses, signalProcess } from './processes.ts';
import { act, check, done, runSteps, type Step } from './steps.ts';
import { budgetsMs, type VerbParts } from './verb.ts';

/** How long an immediate stop may take before it becomes a kill. */
const immediateMs = 500;

/** Ends with no process left, whatever that takes; a postmaster that is gone leaves orphans, which only a kill ends. */
export function stop(parts: VerbParts, { mode, deadlineMs }: StopOrder): Promise<Outcome> {
  const gentle = mode === 'fast' ? [act('stop fast', () => ask(parts, 'SIGINT', deadlineMs))] : [];
  const steps: Step[] = [...gentle, act('stop immediately', () => ask(parts, 'SIGQUIT', immediateMs)), ...killing(parts)];
  return runSteps('stop', [check('something runs', () => nothingRuns(parts)), ...steps], parts.interrupt);
}

export function kill(parts: VerbParts): Promise<Outcome> {
  return runSteps('kill', killing(parts), parts.interrupt);
}

function killing(parts: VerbParts): Step[] {
  const deadline = deadlineIn(budgetsMs.kill);
  const look = async () => {
    const left = await serverProcesses(parts.place);
    for (const pid of left) signalProcess(pid, 'SIGKILL');
    return left.length === 0 ? true : null;
  };
  return [
    check('something is left', () => nothingRuns(parts)),
    act('kill all of it', () => parts.process.killAll()),
    act('nothing is left', () => until(deadline, { waitedFor: 'the last process to end', everyMs: 2, look })),
  ];
}

/** Signals the postmaster and waits until no process is left, or for `patienceMs`. */
async function ask({ place }: VerbParts, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  const postmaster = await findPostmaster(place);
  if (postmaster === null) return;
  signalProcess(postmaster.pid, signal);
  const patience: Deadline = deadlineIn(patienceMs);
  while (patience.leftMs() > 0 && (await serverProcesses(place)).length > 0) await delay(5);
}

async function nothingRuns({ place }: VerbParts): Promise<Outcome | undefined> {
  return (await serverProcesses(place)).length === 0 ? done : undefined;
}
