/** Which servers may be promoted, and which of several should be (R4). */
import { sameBranch } from './lineage.ts';
import type { PeerServer } from './peer.ts';
import { eligibleServers, type StateRecord } from './record.ts';
import type { View } from './view.ts';

/** Why a server may not be promoted, whatever the time and whoever asks. */
export type Ineligible =
  | 'no-data'
  | 'other-system'
  | 'not-listed'
  | 'other-incarnation'
  | 'half-made'
  | 'position-unknown'
  | 'behind'
  | 'other-lineage'
  | 'left-lineage-early';

/**
 * Null where this server, on `host`, holds every acknowledged commit: it is `primary` or a member in the same
 * incarnation, has flushed up to `syncedLsn`, and its history contains the recorded timeline and left it, if at all,
 * not before `syncedLsn` (R4).
 */
export function ineligible(record: StateRecord, host: string, server: PeerServer | null): Ineligible | null {
  if (server === null) return 'no-data';
  if (server.systemId !== record.systemId) return 'other-system';
  const listed = eligibleServers(record).find((other) => other.host === host);
  if (listed === undefined) return 'not-listed';
  if (listed.incarnation !== server.incarnation) return 'other-incarnation';
  return unfit(record, server);
}

function unfit(record: StateRecord, server: PeerServer): Ineligible | null {
  if (!server.whole) return 'half-made';
  if (server.flushLsn === null) return 'position-unknown';
  if (server.flushLsn < record.syncedLsn) return 'behind';
  return lineageFault(record, server);
}

function lineageFault({ lineage, syncedLsn }: StateRecord, { history }: PeerServer): Ineligible | null {
  if (lineage === null) return null;
  const at = history.findIndex((branch) => sameBranch(branch, lineage));
  if (at < 0) return 'other-lineage';
  const next = history[at + 1];
  return next !== undefined && next.forkLsn < syncedLsn ? 'left-lineage-early' : null;
}

/** This host's own server, in the shape in which it is told to others; null without data. */
export function ownServer(view: View): PeerServer | null {
  const { process, data, inRecovery, flushLsn, replayLsn, checkpoint, canaryRow } = view.postgres;
  const { systemId, incarnation, history } = data;
  if (data.state === 'empty' || systemId === null || incarnation === null) return null;
  const whole = data.state === 'whole';
  return {
    process,
    inRecovery,
    systemId,
    incarnation,
    whole,
    history,
    flushLsn,
    replayLsn,
    checkpointTimeline: checkpoint.timeline,
    canaryId: canaryRow,
  };
}
