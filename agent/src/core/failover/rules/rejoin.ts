/** A server that is not the primary becomes, or stays, a true copy of the published one (R8). */
import type { Kinship } from '../lineage.ts';
import { kinshipOnDisk, kinshipToPrimary, primaryAnswer } from '../others.ts';
import { hasFailedToRejoin } from '../rejoin-failures.ts';
import type { Situation } from '../situation.ts';
import { nothing, type Step } from '../writes.ts';

/** What a fast stop may take before it becomes immediate: a frozen standby holds it up for a minute otherwise. */
const stopDeadlineMs = 2000;

export const hasPublishedPrimaryElsewhere = ({ record, host }: Situation) =>
  record !== null && record.lineage !== null && record.primary.host !== host;

/** This data's WAL is a prefix of the published primary's: streaming adds to it and hides nothing. */
export const mayFollowPrimary = (situation: Situation) => isFollower(kinshipToPrimary(situation));

const isFollower = (kinship: Kinship) => kinship === 'same' || kinship === 'behind';

export const isFollowingPrimary = ({ postgres, record }: Situation) => postgres.following === record?.primary.host;

export const isStreamingFromPrimary = ({ postgres, record }: Situation) =>
  postgres.receiver !== null && postgres.receiver.host === record?.primary.host && postgres.receiver.status === 'streaming';

export const needsRewind = (situation: Situation) => kinshipToPrimary(situation) === 'ahead';

/**
 * The primary has completed a checkpoint on its new timeline. Before that its control file still names the old one, and
 * pg_rewind says "no rewind required" of data that have diverged: the next failover would lose a row (R8).
 */
export const isPrimaryReadyForRewind = (situation: Situation) => {
  const server = primaryAnswer(situation)?.server;
  return server != null && server.checkpointTimeline === situation.record?.lineage?.timeline;
};

/** Nothing here is worth keeping, or nothing proves what it is: only a fresh copy makes it a standby. */
export const needsCopy = (situation: Situation) => {
  const { postgres, own, record } = situation;
  if (postgres.data.state !== 'whole' || hasFailedToRejoin(situation)) return true;
  return own?.systemId === record?.systemId && kinshipToPrimary(situation) === 'stranger';
};

/** The published primary itself answered, so that this data is not thrown away for a primary that is gone. */
export const isPrimaryAtHand = (situation: Situation) => primaryAnswer(situation) !== null;

/** Follows the primary at once only where the data on disk prove that they may: a killed server's end is known once it runs. */
export function startStandby(situation: Situation): Step {
  const mayFollow = hasPublishedPrimaryElsewhere(situation) && isFollower(kinshipOnDisk(situation));
  const host = mayFollow ? (situation.record?.primary.host ?? null) : null;
  return { intents: [{ kind: 'start-standby', follow: host }] };
}

export function followPrimary({ record }: Situation): Step {
  return record === null ? nothing : { intents: [{ kind: 'follow', host: record.primary.host }] };
}

export function stopFast(): Step {
  return { intents: [{ kind: 'stop', mode: 'fast', deadlineMs: stopDeadlineMs }] };
}

export function rewind({ record }: Situation): Step {
  return record === null ? nothing : { intents: [{ kind: 'rewind', from: record.primary.host }] };
}

export function rebuild({ record }: Situation): Step {
  return record === null ? nothing : { intents: [{ kind: 'rebuild', from: record.primary.host }] };
}
