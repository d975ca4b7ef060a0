/** PostgreSQL as the agent's sensors see it at one instant. */
import type { PostgresView } from '../../../agent/src/core/failover/postgres-view.ts';
import type { Branch } from '../../../agent/src/core/failover/record.ts';
import type { Server } from '../world/host-state.ts';
import type { DataDirectory, Lineage } from '../world/wal.ts';
import { placeholder } from '../world/wal.ts';
import type { Agent } from './agent.ts';

/** One record counts as 64 KiB of WAL: a segment holds 256 of them. */
export function lsnOf(position: number): number {
  return 0x3000000 + position * 0x10000;
}

/** Reads everything; of a server that answers no more, what it said last. */
export function sensePostgres(agent: Agent): PostgresView {
  const { postgres: server } = agent.host;
  if (server === null) return idleView(agent, 'none');
  if (!server.hasPostmaster) return idleView(agent, 'stopping');
  if (server.isFrozen || server.phase === 'starting') return unanswering(agent, server);
  const view = readServer(agent, server);
  agent.known = { server, view };
  return view;
}

function unanswering(agent: Agent, server: Server): PostgresView {
  const isStarting = server.phase === 'starting';
  const known =
    agent.known?.server === server
      ? agent.known.view
      : { ...idleView(agent, isStarting ? 'starting' : 'running'), postmaster: postmasterOf(server) };
  return { ...known, probe: agent.probe };
}

function idleView(agent: Agent, process: PostgresView['process']): PostgresView {
  const { data } = agent.host.disk;
  return {
    process,
    postmaster: null,
    data: dataView(data),
    inRecovery: null,
    flushLsn: null,
    replayLsn: null,
    following: null,
    receiver: null,
    sync: { names: 'placeholder', placeholderSinceStart: true },
    walsenders: [],
    slots: data.slots,
    canary: null,
    canaryRow: null,
    oldestWaitingLsn: null,
    checkpoint: { timeline: data.checkpointTimeline, running: false },
    gate: 'shut',
    probe: agent.probe,
    diskWritable: isWritable(agent),
  };
}

function readServer(agent: Agent, server: Server): PostgresView {
  const { data } = agent.host.disk;
  const isRecovering = server.mode === 'recovery';
  return {
    process: server.phase,
    postmaster: postmasterOf(server),
    data: dataView(data),
    inRecovery: isRecovering,
    flushLsn: lsnOf(data.wal.length),
    replayLsn: isRecovering ? lsnOf(server.replayed) : null,
    following: server.receiver?.upstream.name ?? null,
    receiver: server.receiver?.status === 'streaming' ? { host: server.receiver.upstream.name, status: 'streaming' } : null,
    sync: { names: namesOf(server.names), placeholderSinceStart: server.hasKeptPlaceholder },
    walsenders: walsendersOf(server),
    slots: data.slots,
    canary: agent.canary?.server === server ? agent.canary.seen : null,
    canaryRow: lastCanary(server),
    oldestWaitingLsn: server.waiters.length === 0 ? null : lsnOf(Math.min(...server.waiters.map((waiter) => waiter.position))),
    checkpoint: { timeline: data.checkpointTimeline, running: server.checkpoint !== null },
    gate: server.isGateOpen ? 'open' : 'shut',
    probe: agent.probe,
    diskWritable: isWritable(agent),
  };
}

/** The latest canary row that can be read. */
function lastCanary(server: Server): string | null {
  const { wal, lastCanary: last } = server.host.disk.data;
  if (last === null || (last.position <= server.replayed && wal[last.position - 1]?.canaryId === last.id)) return last?.id ?? null;
  const lookBack = Math.max(0, server.replayed - 200);
  for (let index = server.replayed - 1; index >= lookBack; index--) {
    const id = wal[index]?.canaryId;
    if (id !== undefined) return id;
  }
  return null;
}

export function postmasterOf(server: Server) {
  return { pid: server.id, startTime: Math.floor(server.startedAtMs) };
}

function isWritable({ host: { disk } }: Agent): boolean {
  return !disk.isFull && !disk.isReadOnly && !disk.isHung;
}

function namesOf(names: readonly string[]): PostgresView['sync']['names'] {
  return names === placeholder ? 'placeholder' : names;
}

function walsendersOf(server: Server): PostgresView['walsenders'] {
  const { length } = server.host.disk.data.wal;
  return server.walsenders.map(({ standby, incarnation, names, flushed, sent }) => ({
    host: standby.host.name,
    incarnation,
    streaming: length - sent < 64,
    listed: names.includes(incarnation),
    flushLsn: lsnOf(flushed),
    replayLsn: lsnOf(Math.min(flushed, standby.replayed)),
  }));
}

function dataView(data: DataDirectory): PostgresView['data'] {
  const { state, systemId, lineage } = data;
  const epoch = lineage.reduce((highest, entry) => Math.max(highest, entry.epoch), 0);
  return { state, systemId, incarnation: data.incarnation === '' ? null : data.incarnation, history: branchesOf(lineage), epoch };
}

const origin: Branch = { timeline: 1, forkLsn: 0, promotionId: null, forced: false };

/** Timeline 1, then each promotion whose row is in this data. */
export function branchesOf(lineage: readonly Lineage[]): readonly Branch[] {
  return [
    origin,
    ...lineage.map(({ timeline, fork, promotionId, isForced }) => ({ timeline, forkLsn: lsnOf(fork), promotionId, forced: isForced })),
  ];
}

/** What a look at PostgreSQL comes to, as a number: where it differs from the last one there is something to decide. */
export function lookAt(agent: Agent): number {
  const { postgres: server } = agent.host;
  if (server === null || server.isFrozen) return 0;
  const { mode, phase, names, receiver, checkpoint, isGateOpen, waiters } = server;
  const bits = (mode === 'primary' ? 1 : 0) + (checkpoint === null ? 2 : 0) + (isGateOpen ? 4 : 0) + (waiters.length > 0 ? 8 : 0);
  const states = phase.length + 16 * (receiver?.status.length ?? 0) + 256 * (names === placeholder ? 15 : names.length);
  return server.id + 1_000 * (bits + 16 * (states + 4_096 * progressOf(agent, server)));
}

/** How far the canary is, and how many standbys are there, have it, and are named. */
function progressOf(agent: Agent, { walsenders }: Server): number {
  const canary = agent.canary?.server.isAlive ? agent.canary.seen : null;
  let progress = canary === null ? 0 : canary.state.length;
  for (const { flushed, names, incarnation } of walsenders) {
    progress += 16 + (canary?.lsn != null && lsnOf(flushed) >= canary.lsn ? 256 : 0) + (names.includes(incarnation) ? 4_096 : 0);
  }
  return progress;
}
