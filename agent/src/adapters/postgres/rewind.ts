import { type HalfMade, printHalfMade } from '../../core/postgres/half-made.ts';
import { type Relation, relationTo } from '../../core/postgres/lineage.ts';
import type { Source } from '../../core/postgres/source.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { readHalfMade } from './data-directory.ts';
import { type Deadline, deadlineIn, until } from './deadline.ts';
import { removeDurably, writeDurably } from './durable-file.ts';
import { identifyCopy } from './identity.ts';
import { peerConninfo, readSource } from './peer.ts';
import { pathsOf } from './place.ts';
import { restingDescent } from './server-status.ts';
import { act, check, done, refused, runSteps, type Step } from './steps.ts';
import { runTool, ToolError } from './tool.ts';
import { requirePrimary } from './upstream.ts';
import { budgetsMs, requireStopped, requireWhole, type VerbParts } from './verb.ts';

/** How long the new primary's checkpoint is waited for before the caller gets its lane back. */
const checkpointPatienceMs = 30_000;

/**
 * A directory that pg_rewind has begun to write is never given to it again (`half-made.ts`); one that it has ended with only
 * gets what is missing.
 */
export async function rewind(parts: VerbParts, from: string): Promise<Outcome> {
  const { place } = parts;
  const deadline = deadlineIn(budgetsMs.rewind);
  const half = await readHalfMade(place);
  const steps = [
    check('the server is stopped', () => requireStopped(parts)),
    ...(half?.phase === 'rewound' ? [] : rewinding(parts, from, deadline)),
    act('give it an identity', async () => identifyCopy(parts, place.dataDirectory, await readSource(place, from, deadline))),
    act('it is whole', () => removeDurably(pathsOf(place).halfMade)),
  ];
  return runSteps('rewind', steps, parts.interrupt);
}

function rewinding(parts: VerbParts, from: string, deadline: Deadline): Step[] {
  const { place } = parts;
  const { standbySignal, recoverySignal } = pathsOf(place);
  return [
    check('the data are whole', () => requireWhole(parts)),
    act('end an order to promote that lies here', () => parts.lineage.settleResting(deadline)),
    check('it can be rewound', () => mayBeRewound(parts, from, deadline)),
    act('mark it', () => mark(parts, { phase: 'rewinding', from })),
    // pg_rewind lets a crashed server recover by a single-user one, which refuses to be a standby.
    act('let it recover by itself', () => removeDurably(standbySignal)),
    act('whatever it was told to', () => removeDurably(recoverySignal)),
    check('rewind', () => runRewind(parts, from, deadline)),
    act('only its identity is missing', () => mark(parts, { phase: 'rewound', from })),
  ];
}

/**
 * Before its first checkpoint the new primary's control file still shows the timeline of before, and pg_rewind would find
 * nothing to do (R8). What a forced failover left behind may be acknowledged and is never rewound (R14).
 */
async function mayBeRewound({ place }: VerbParts, from: string, deadline: Deadline): Promise<Outcome | undefined> {
  const own = await restingDescent(place, deadline);
  if (own === null) return refused('half-made');
  const first = await readSource(place, from, deadline);
  const verdict = requirePrimary(first) ?? verdictOn(relationTo(first, own));
  if (verdict) return verdict;
  const look = async (): Promise<Source | null> => {
    const source = await readSource(place, from, deadline);
    return source.checkpointed ? source : null;
  };
  await until(deadlineIn(checkpointPatienceMs), { waitedFor: `the first checkpoint of ${from}`, everyMs: 250, look });
  return undefined;
}

function verdictOn(relation: Relation): Outcome | undefined {
  if (relation.kind === 'prefix') return done;
  if (relation.kind === 'foreign') return refused('foreign');
  return relation.forced ? refused('forced-divergence') : undefined;
}

async function runRewind(parts: VerbParts, from: string, deadline: Deadline): Promise<Outcome | undefined> {
  const { place } = parts;
  const source = peerConninfo(place, from, { dbname: place.database });
  const words = ['pg_rewind', '-D', place.dataDirectory, `--source-server=${source}`, `--config-file=${place.configFile}`] as const;
  const ended = await runTool(place, words, deadline).catch((error: unknown) => {
    if (error instanceof ToolError) return error;
    throw error;
  });
  const output = ended instanceof ToolError ? ended.output : ended;
  // The line that pg_rewind prints before it writes anything.
  if (output.includes('rewinding from last common checkpoint')) {
    if (ended instanceof ToolError) throw ended;
    return undefined;
  }
  await removeDurably(pathsOf(place).halfMade);
  return { kind: 'failed', reason: ended instanceof ToolError ? ended.message : 'pg_rewind found nothing to rewind' };
}

function mark({ place }: VerbParts, half: HalfMade): Promise<void> {
  return writeDurably(pathsOf(place).halfMade, printHalfMade(half), place.systemUser);
}
