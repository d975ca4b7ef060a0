import { limitsBelow, placeholderName, startState } from '../../core/postgres/own-settings.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { readControlFile } from './data-directory.ts';
import { type Deadline, deadlineIn, until } from './deadline.ts';
import { readText, removeDurably, writeDurably } from './durable-file.ts';
import { writeGate } from './gate-file.ts';
import { cleanAutoConf, writeOwnSettings } from './own-settings-file.ts';
import { pathsOf } from './place.ts';
import { findPostmaster } from './processes.ts';
import { restingDescent } from './server-status.ts';
import { act, check, refused, runSteps, type Step } from './steps.ts';
import { requireSourceHasAllOf } from './upstream.ts';
import { askOne, budgetsMs, requireStopped, requireWhole, type VerbParts } from './verb.ts';

/** A server that stands already is only waited for and looked at. */
export async function startStandby(parts: VerbParts, follow: string | null): Promise<Outcome> {
  const deadline = deadlineIn(budgetsMs.start);
  const stands = (await findPostmaster(parts.place)) !== null;
  const preparing = stands ? [] : preparation(parts, follow, deadline);
  return runSteps('start-standby', [...preparing, ...verification(parts, deadline)], parts.interrupt);
}

function preparation(parts: VerbParts, follow: string | null, deadline: Deadline): Step[] {
  const { place } = parts;
  const { standbySignal, recoverySignal } = pathsOf(place);
  return [
    check('the data are whole', () => requireWhole(parts)),
    check('nothing is left of the server before', () => requireStopped(parts)),
    check('the source has all of these data', async () =>
      requireSourceHasAllOf(parts, { follow, own: await restingDescent(place, deadline) }, deadline),
    ),
    act('end an order to promote that lies here', () => parts.lineage.settleResting(deadline)),
    act('shut the gate', () => writeGate(place, 'shut')),
    act('set the placeholder and whom to follow', () => settings(parts, follow, deadline)),
    act('let nothing override them', () => cleanAutoConf(place)),
    act('have it start in recovery', () => writeDurably(standbySignal, '', place.systemUser)),
    act('which nothing but a promotion ends', () => removeDurably(recoverySignal)),
    act('start', () => parts.process.start()),
  ];
}

function verification(parts: VerbParts, deadline: Deadline): Step[] {
  return [
    check('the server answers', () => untilAnswers(parts, deadline)),
    check('it is what was asked for', () => verify(parts, deadline)),
  ];
}

/** Ends when the server accepts sessions, or has ended. */
async function untilAnswers({ place, process }: VerbParts, deadline: Deadline): Promise<Outcome | undefined> {
  const look = async () => {
    const postmaster = await findPostmaster(place);
    if (postmaster?.status === 'ready') return 'answers';
    return postmaster === null && (await process.hasEnded()) ? 'ended' : null;
  };
  const end = await until(deadline, { waitedFor: 'a server that accepts sessions', everyMs: 10, look });
  return end === 'answers' ? undefined : { kind: 'failed', reason: 'the server ended while it started' };
}

/**
 * A server that starts in recovery refuses limits lower than its data were written with, and here every server starts in
 * recovery: a lowered `max_connections` must not keep a host down, so the higher one stays.
 */
async function settings({ place }: VerbParts, follow: string | null, deadline: Deadline): Promise<void> {
  const control = await readControlFile(place, deadline);
  const limits = limitsBelow(control?.limits ?? {}, (await readText(place.configFile)) ?? '');
  await writeOwnSettings(place, { ...startState(follow), limits });
}

async function verify(parts: VerbParts, deadline: Deadline): Promise<Outcome | undefined> {
  const statement = "SELECT pg_is_in_recovery() AS in_recovery, current_setting('synchronous_standby_names') AS names";
  const { in_recovery, names } = await askOne(parts, deadline, statement);
  if (in_recovery !== true) return refused('out-of-recovery');
  return names === placeholderName ? undefined : refused('list-was-changed');
}
