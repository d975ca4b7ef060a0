/** The other hosts, as their agents answered. */
import { ineligible } from './candidate.ts';
import { type Kinship, kinship, sameBranch } from './lineage.ts';
import { elapsedForCandidate, type Moment } from './moment.ts';
import type { PeerAnswer } from './peer.ts';
import { eligibleServers } from './record.ts';
import type { Situation } from './situation.ts';

export type Candidate = { readonly host: string; readonly answer: PeerAnswer };

/** Hosts that hold every acknowledged commit, this one left out. */
export function otherEligibleHosts({ record, host }: Situation): readonly string[] {
  return record === null
    ? []
    : eligibleServers(record)
        .map((server) => server.host)
        .filter((other) => other !== host);
}

/** Those that could take over now by what they answered to a question sent at `since` or later, best first. */
export function candidates(situation: Situation, since: Moment): readonly Candidate[] {
  return otherEligibleHosts(situation)
    .flatMap((host) => candidate(situation, host))
    .filter(({ answer }) => answer.askedAt.monotonicMs >= since.monotonicMs)
    .sort(byProgress);
}

function candidate(situation: Situation, host: string): Candidate[] {
  const answer = situation.view.peers[host];
  return answer !== undefined && whyNotCandidate(situation, host) === null ? [{ host, answer }] : [];
}

/** Why this host could not take over, by its last answer; null where it could. */
export function whyNotCandidate({ record, view }: Situation, host: string): string | null {
  const answer = view.peers[host];
  if (record === null) return 'no-record';
  if (answer === undefined) return 'no-answer';
  const fault = ineligible(record, host, answer.server);
  if (fault !== null) return fault;
  if (answer.server?.process !== 'running' || answer.server.inRecovery !== true) return 'not-in-recovery';
  if (answer.refuses !== null) return 'refuses';
  return answer.troubles.length > 0 ? 'in-trouble' : null;
}

/** All of them hold every acknowledged commit: the one with the most WAL has least to lose, the most replayed opens first. */
function byProgress(one: Candidate, other: Candidate): number {
  const [a, b] = [one.answer.server, other.answer.server];
  return (b?.flushLsn ?? 0) - (a?.flushLsn ?? 0) || (b?.replayLsn ?? 0) - (a?.replayLsn ?? 0) || (one.host < other.host ? -1 : 1);
}

/** Another node that could take over answered within the last two renewals. */
export const canAnotherTakeOver = (situation: Situation) => {
  const since = situation.now.monotonicMs - 2 * situation.timings.renewMs;
  return candidates(situation, { monotonicMs: since, boottimeMs: since }).length > 0;
};

/**
 * How this host's data stand to the published primary's. Unknown unless that host itself answered lately, out of
 * recovery and on the published lineage: to rejoin is to rejoin the published primary and no other (R8). What was known
 * while the server ran is still known once it is stopped.
 */
export function kinshipToPrimary(situation: Situation): Kinship {
  const { record, postgres, memory } = situation;
  const told = kinshipOnDisk(situation);
  const { judged } = memory;
  const promotionId = record?.lineage?.promotionId;
  const isJudged = judged !== null && judged.incarnation === postgres.data.incarnation && judged.promotionId === promotionId;
  return told === 'unknown' && isJudged ? judged.kinship : told;
}

/** The same, by nothing but what the data say now. */
export function kinshipOnDisk(situation: Situation): Kinship {
  const { record, postgres } = situation;
  const lineage = record?.lineage;
  if (!lineage || isNameOnItsWay(situation)) return 'unknown';
  const current = postgres.data.history.at(-1);
  if (current !== undefined && sameBranch(current, lineage)) return 'same';
  const history = publishedHistory(situation);
  return history === null ? 'unknown' : kinship({ history: postgres.data.history, flushLsn: postgres.flushLsn }, history);
}

/**
 * A standby that follows the published primary is on the new timeline before it has replayed the row that names the
 * promotion. It began to follow as one that may; until the row is there nothing new is known of it.
 */
function isNameOnItsWay({ postgres, record }: Situation): boolean {
  const current = postgres.data.history.at(-1);
  const { lineage, primary } = record ?? {};
  if (!current || !lineage || postgres.inRecovery !== true || postgres.following !== primary?.host) return false;
  return current.promotionId === null && current.timeline === lineage.timeline && current.forkLsn === lineage.forkLsn;
}

function publishedHistory(situation: Situation) {
  const { record } = situation;
  const server = primaryAnswer(situation)?.server;
  const last = server?.history.at(-1);
  return server && last && record?.lineage && sameBranch(last, record.lineage) ? server.history : null;
}

/** The published primary's answer, where it is fresh and says that it runs out of recovery. */
export function primaryAnswer({ record, view, now, timings }: Situation): PeerAnswer | null {
  const answer = record === null ? undefined : view.peers[record.primary.host];
  if (answer?.server?.process !== 'running' || answer.server.inRecovery !== false) return null;
  return elapsedForCandidate(answer.at, now) <= 3 * timings.renewMs ? answer : null;
}
