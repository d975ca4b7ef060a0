/** The view of this host's PostgreSQL, put together from what was read of it. */
import type { Canary, PostgresView, Postmaster, Probe, SyncView, Walsender } from '../failover/postgres-view.ts';
import type { Gate } from './gate.ts';
import { type OwnState, parseSyncSetting } from './own-settings.ts';
import type { PostmasterFile } from './postmaster-file.ts';
import { hostOfSlot, hostsWithSlots } from './slots.ts';
import { type ServerStatus, slotPlaceOf } from './status.ts';
import { oldestWait, type Waits } from './waits.ts';

/** How hosts are known by what a server says of its connections; null = none of the cluster's. */
export type HostNames = {
  readonly peers: readonly string[];
  at(address: string | null, port: number | null): string | null;
  ofConninfo(conninfo: string): string | null;
};

export type Findings = {
  readonly postmaster: (Postmaster & Pick<PostmasterFile, 'status'>) | null;
  /** Processes of the server, orphans included. */
  readonly processes: number;
  readonly data: PostgresView['data'];
  readonly own: OwnState;
  /** The last answer of this postmaster's server; null = none yet. */
  readonly status: ServerStatus | null;
  readonly waits: Waits;
  readonly canary: Canary | null;
  readonly gate: Gate;
  readonly probe: Probe;
  readonly diskWritable: boolean;
};

export function viewOf(found: Findings, hosts: HostNames): PostgresView {
  const { postmaster, data, own, status, waits, canary, gate, probe, diskWritable } = found;
  const identity = postmaster && { pid: postmaster.pid, startTime: postmaster.startTime };
  const known = { postmaster: identity, data, canary, gate, probe, diskWritable, process: processOf(found) };
  return status ? { ...known, ...serverView(status, own, hosts), oldestWaitingLsn: oldestWait(waits) } : { ...known, ...silence(own) };
}

/** Orphans without a postmaster still finish their statements: the server is on its way out. */
function processOf({ postmaster, processes }: Findings): PostgresView['process'] {
  if (postmaster === null) return processes === 0 ? 'none' : 'stopping';
  return postmaster.status === 'ready' ? 'running' : postmaster.status;
}

/** A server that has not answered yet: nothing about it is proven, its list least of all. */
function silence({ follow }: OwnState) {
  const sync: SyncView = { names: [], placeholderSinceStart: false };
  const unknown = { inRecovery: null, flushLsn: null, replayLsn: null, receiver: null, oldestWaitingLsn: null };
  return {
    ...unknown,
    sync,
    following: follow,
    walsenders: [],
    slots: [],
    canaryRow: null,
    checkpoint: { timeline: null, running: false },
  };
}

function serverView(status: ServerStatus, own: OwnState, hosts: HostNames) {
  const { receiver } = status;
  const host = receiver && hosts.at(receiver.address, receiver.port);
  return {
    inRecovery: status.in_recovery,
    flushLsn: status.flush_lsn,
    replayLsn: status.replay_lsn,
    following: hosts.ofConninfo(status.conninfo),
    receiver: receiver && host ? { host, status: receiver.status } : null,
    sync: syncView(status, own),
    walsenders: walsenders(status, hosts),
    canaryRow: status.canary_id,
    slots: hostsWithSlots(hosts.peers, slotPlaceOf(status)),
    checkpoint: { timeline: status.checkpoint_timeline, running: status.checkpointing },
  };
}

/** A list that is not of the agent's making is shown as one name, which is nobody's. */
function syncView({ sync_names: { value } }: ServerStatus, own: OwnState): SyncView {
  const names = parseSyncSetting(value) ?? [value];
  return { names, placeholderSinceStart: names === 'placeholder' && own.placeholderSinceStart };
}

/** Positions that a standby has not reported yet are 0. */
function walsenders({ walsenders: found, slots }: ServerStatus, hosts: HostNames): Walsender[] {
  return found.flatMap(({ pid, name, address, state, listed, flushLsn, replayLsn }) => {
    const slot = slots.find(({ activePid }) => activePid === pid);
    const host = (slot && hostOfSlot(hosts.peers, slot.name)) ?? hosts.at(address, null);
    const positions = { flushLsn: flushLsn ?? 0, replayLsn: replayLsn ?? 0 };
    return host ? [{ host, incarnation: name, streaming: state === 'streaming', listed, ...positions }] : [];
  });
}
