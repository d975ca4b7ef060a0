import { formatLsn } from '../../core/failover/lsn.ts';
import { mergePromotions } from '../../core/postgres/lineage.ts';
import { placeholderName } from '../../core/postgres/own-settings.ts';
import { promotionStatement, schemaScript } from '../../core/postgres/schema.ts';
import { timelineOf } from '../../core/postgres/status.ts';
import type { Outcome, PromotionOrder } from '../../ports/postgres-control.ts';
import { readHistory, readLineage } from './data-directory.ts';
import { type Deadline, deadlineIn, until } from './deadline.ts';
import { readOwnSettings } from './own-settings-file.ts';
import { readStatus } from './server-status.ts';
import { act, check, refused, runSteps } from './steps.ts';
import { askOne, budgetsMs, isInRecovery, requireRunning, requireWhole, type VerbParts } from './verb.ts';

/**
 * The order lies in the data directory before the server is promoted: so a server found out of recovery is known to be ours
 * or somebody else's, and a process that died on the way goes on with the same identity (R4, R8).
 */
export async function promote(parts: VerbParts, order: PromotionOrder): Promise<Outcome> {
  const deadline = deadlineIn(budgetsMs.promote);
  const outOfRecovery = async () => ((await isInRecovery(parts, deadline)) ? null : true);
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    check('the data are whole', () => requireWhole(parts)),
    check('it may be promoted', () => mayBePromoted(parts, deadline)),
    act('write down whose promotion it is', () => writeOrder(parts, order, deadline)),
    act('promote', async () => (await outOfRecovery()) ?? askOne(parts, deadline, 'SELECT pg_promote(false)')),
    act('it leaves recovery', () => until(deadline, { waitedFor: 'the end of recovery', everyMs: 2, look: outOfRecovery })),
    act('write down the timeline it made', async () => parts.lineage.settle(await writtenTimeline(parts, deadline))),
    act('write the first row', () => writeRows(parts, deadline)),
  ];
  return runSteps('promote', steps, parts.interrupt);
}

/** In recovery with the placeholder since its start; or out of it by an order that lies here, as far as that got. */
async function mayBePromoted(parts: VerbParts, deadline: Deadline): Promise<Outcome | undefined> {
  const status = await readStatus(parts.control, deadline);
  if (status.in_recovery) {
    const { placeholderSinceStart } = await readOwnSettings(parts.place);
    return placeholderSinceStart && status.sync_names.value === placeholderName ? undefined : refused('list-was-changed');
  }
  const timeline = timelineOf(status);
  const { pending, promotions } = await readLineage(parts.place);
  const ours = promotions.some((each) => each.timeline === timeline) || (pending !== null && pending.fromTimeline < timeline);
  return ours ? undefined : refused('promoted-by-another');
}

async function writeOrder(parts: VerbParts, { promotionId, epoch, forced }: PromotionOrder, deadline: Deadline): Promise<void> {
  const status = await readStatus(parts.control, deadline);
  if (!status.in_recovery) return;
  const pending = { fromTimeline: timelineOf(status), promotionId, epoch, forced };
  await parts.lineage.update(({ promotions }) => ({ promotions: mergePromotions(status.promotions, promotions), pending }));
}

async function writtenTimeline(parts: VerbParts, deadline: Deadline): Promise<number> {
  return timelineOf(await readStatus(parts.control, deadline));
}

/** Every promotion in this server's past that its rows do not know: a server that crashed before its first row lacks one. */
async function writeRows(parts: VerbParts, deadline: Deadline): Promise<void> {
  const { place, control } = parts;
  const status = await readStatus(control, deadline);
  if (!status.has_schema) await control.query(deadline, schemaScript(place.replication.user));
  const { promotions } = await readLineage(place);
  const past = await readHistory(place, timelineOf(status), promotions);
  for (const each of promotions.filter(({ promotionId }) => past.some((branch) => branch.promotionId === promotionId))) {
    const { timeline, forkLsn, promotionId, epoch, forced } = each;
    await control.query(deadline, promotionStatement, [timeline, formatLsn(forkLsn), promotionId, epoch, forced]);
  }
}
