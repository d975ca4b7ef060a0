import { readdir } from 'node:fs/promises';
import { type Relation, relationTo } from '../../core/postgres/lineage.ts';
import { slotOf } from '../../core/postgres/slots.ts';
import type { Source } from '../../core/postgres/source.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { readHalfMade } from './data-directory.ts';
import { type Deadline, deadlineIn } from './deadline.ts';
import { exists, makeEmptyDirectory, orNull, removeDurably, renameDurably } from './durable-file.ts';
import { identifyCopy } from './identity.ts';
import { peerConninfo, readSource } from './peer.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import { restingDescent } from './server-status.ts';
import { act, check, refused, runSteps, type Step } from './steps.ts';
import { runTool } from './tool.ts';
import { requirePrimary } from './upstream.ts';
import { budgetsMs, requireStopped, type VerbParts } from './verb.ts';

/** The copy is made beside the old data, which stay as good as they are until two renames put it in their place. */
export async function rebuild(parts: VerbParts, from: string): Promise<Outcome> {
  const { place } = parts;
  const paths = pathsOf(place);
  const deadline = deadlineIn(budgetsMs.rebuild);
  const copied = await exists(paths.copied);
  const steps = [
    check('the server is stopped', () => requireStopped(parts)),
    check('the source is a primary', async () => requirePrimary(await readSource(place, from, deadline))),
    check('there is a place for what has to be kept', () => requirePlaceForKept(place, from, deadline)),
    ...(copied ? [] : copying(parts, from, deadline)),
    act('move the old data aside', () => moveAside(place, from, deadline)),
    act('nothing is half-made any more', () => removeDurably(paths.halfMade)),
    act('put the copy in place', () => renameDurably(paths.copied, place.dataDirectory)),
    act('drop the old data', () => removeDurably(paths.dropped)),
  ];
  return runSteps('rebuild', steps, parts.interrupt);
}

function copying(parts: VerbParts, from: string, deadline: Deadline): Step[] {
  const { place } = parts;
  const { copying: directory, copied } = pathsOf(place);
  return [
    act('clear what an earlier attempt left', () => makeEmptyDirectory(directory, place.systemUser)),
    act('copy', async () => runTool(place, copyWords(place, from, await readSource(place, from, deadline)), deadline)),
    act('give it an identity', async () => identifyCopy(parts, directory, await readSource(place, from, deadline))),
    act('it is whole', () => renameDurably(directory, copied)),
  ];
}

/** The slot, where there is one, keeps the WAL that the copy needs to begin with. */
function copyWords(place: PostgresPlace, from: string, source: Source): [string, ...string[]] {
  const conninfo = peerConninfo(place, from, { application_name: `copy of ${place.host}` });
  const slot = source.slotIsFree ? ['-S', slotOf(place.host)] : [];
  return ['pg_basebackup', '-d', conninfo, '-D', pathsOf(place).copying, '-X', 'stream', '-c', 'fast', '--no-password', ...slot];
}

async function requirePlaceForKept(place: PostgresPlace, from: string, deadline: Deadline): Promise<Outcome | undefined> {
  const taken = (await exists(pathsOf(place).kept)) && (await mustBeKept(place, from, deadline));
  return taken ? refused('kept-copy-in-the-way') : undefined;
}

async function moveAside(place: PostgresPlace, from: string, deadline: Deadline): Promise<void> {
  const { kept, dropped } = pathsOf(place);
  if (!(await exists(place.dataDirectory))) return;
  const keep = await mustBeKept(place, from, deadline);
  if (!keep) await removeDurably(dropped);
  await renameDurably(place.dataDirectory, keep ? kept : dropped);
}

/**
 * Whether the old data may hold acknowledged rows that are nowhere else (R14): not if the source has all of them, nor if it
 * left them behind by a failover that was not forced; what pg_rewind has begun to write is nobody's data any more. What
 * cannot be compared is kept.
 */
async function mustBeKept(place: PostgresPlace, from: string, deadline: Deadline): Promise<boolean> {
  const names = (await orNull(readdir(place.dataDirectory))) ?? [];
  if (names.length === 0 || (await readHalfMade(place)) !== null) return false;
  const own = await restingDescent(place, deadline);
  return own === null || mayBeMissed(relationTo(await readSource(place, from, deadline), own));
}

function mayBeMissed(relation: Relation): boolean {
  return relation.kind === 'foreign' || (relation.kind === 'diverged' && relation.forced);
}
