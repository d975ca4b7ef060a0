/** Streaming: a standby's receiver asks its upstream for WAL, a walsender there ships it and hears what was flushed. */

import type { Host, Receiver, Server, Walsender } from './host-state.ts';
import { delayOf, isCut, isLost } from './network.ts';
import { later, onServer } from './scheduling.ts';
import { closeConnection } from './server-end.ts';
import type { World } from './state.ts';
import { releaseBy } from './sync-rep.ts';
import { append, type DataDirectory, judgeStart, timelineOf, type WalRecord } from './wal.ts';

const resendMs = 200;

/** Points a standby at an upstream, or at nobody; what it received from another stays. */
export function follow(world: World, server: Server, upstream: Host | null): void {
  if (server.receiver?.walsender) closeConnection(world, server.receiver.walsender, { closedBy: 'standby', isSilent: false });
  server.receiver = null;
  if (upstream === null || upstream === server.host) return;
  const receiver: Receiver = { upstream, status: 'connecting', walsender: null, heardAtMs: world.nowMs };
  server.receiver = receiver;
  tryToConnect(world, server, receiver);
}

/** Again and again as long as the receiver has no connection. */
function tryToConnect(world: World, server: Server, receiver: Receiver): void {
  const { postgres: noise } = world.noise;
  onServer(world, server, {
    delayMs: receiver.walsender === null ? noise.between(5, 150) : noise.between(100, 300),
    run: () => {
      if (server.receiver !== receiver) return;
      if (receiver.walsender === null) connect(world, server, receiver);
      else if (isSilentFor(world, receiver.walsender, receiver.heardAtMs))
        closeConnection(world, receiver.walsender, { closedBy: 'standby', isSilent: true });
      tryToConnect(world, server, receiver);
    },
  });
}

function connect(world: World, server: Server, receiver: Receiver): void {
  const primary = reachableUpstream(world, server, receiver.upstream);
  receiver.status = primary === null ? 'connecting' : 'failed';
  if (primary !== null && mayStream(server, primary)) stream(world, primary, server);
}

/** A slot serves one walsender: as long as the primary has not noticed the end of the last one, the next is refused. */
function mayStream({ host: { name, disk } }: Server, primary: Server): boolean {
  const upstream = primary.host.disk.data;
  if (primary.walsenders.some((walsender) => walsender.standby.host.name === name)) return false;
  return !disk.isFull && !disk.isReadOnly && judgeStart(disk.data, upstream) === 'streams' && upstream.slots.includes(name);
}

function stream(world: World, primary: Server, server: Server): void {
  const { receiver } = server;
  const { data } = server.host.disk;
  const walsender = makeWalsender(world, primary, server);
  primary.walsenders.push(walsender);
  data.highestTimeline = Math.max(data.highestTimeline, primary.host.disk.data.highestTimeline);
  Object.assign(receiver ?? {}, { walsender, status: 'streaming', heardAtMs: world.nowMs });
  superviseWalsender(world, walsender);
  ship(world, walsender);
  world.observer.changed();
}

function reachableUpstream(world: World, server: Server, upstream: Host): Server | null {
  const { postgres } = upstream;
  if (!upstream.isOn || upstream.pause !== null || postgres === null || postgres.isFrozen || !postgres.hasPostmaster) return null;
  if (postgres.mode !== 'primary' || postgres.phase !== 'running') return null;
  return isCut(world, server.host.name, upstream.name) || isCut(world, upstream.name, server.host.name) ? null : postgres;
}

/** A new walsender is a child of the postmaster: it begins with the postmaster's copy of the list. */
function makeWalsender(world: World, primary: Server, standby: Server): Walsender {
  const { data } = standby.host.disk;
  const { names } = primary;
  const position = data.wal.length;
  const [sinceMs, heardAtMs] = [world.nowMs, world.nowMs];
  return {
    primary,
    standby,
    incarnation: data.incarnation,
    sinceMs,
    isOpen: true,
    names,
    keepsNames: false,
    sent: position,
    flushed: position,
    isShipping: false,
    heardAtMs,
  };
}

/** wal_sender_timeout: a standby that is silent for too long is dropped. */
function superviseWalsender(world: World, walsender: Walsender): void {
  const { primary } = walsender;
  onServer(world, primary, {
    delayMs: world.timings.standbyGoneMs / 4,
    run: () => {
      if (!walsender.isOpen) return;
      if (isSilentFor(world, walsender, walsender.heardAtMs)) closeConnection(world, walsender, { closedBy: 'primary', isSilent: false });
      else keepAlive(world, walsender);
    },
  });
}

/** The standby answers a keepalive too: waiters are released by what it has flushed long ago. */
function keepAlive(world: World, walsender: Walsender): void {
  releaseBy(walsender.primary, walsender);
  superviseWalsender(world, walsender);
}

/** Keepalives are not events: both sides are taken to have heard each other as long as both could have. */
function isSilentFor(world: World, walsender: Walsender, heardAtMs: number): boolean {
  if (canTalk(world, walsender)) {
    walsender.heardAtMs = world.nowMs;
    if (walsender.standby.receiver?.walsender === walsender) walsender.standby.receiver.heardAtMs = world.nowMs;
    return false;
  }
  return world.nowMs - heardAtMs > world.timings.standbyGoneMs * 0.75;
}

function canTalk(world: World, { primary, standby, isOpen }: Walsender): boolean {
  const [a, b] = [primary.host, standby.host];
  const isUnknown = standby.receiver?.walsender?.primary !== primary;
  const isStill = !isOpen || isUnknown || a.pause !== null || b.pause !== null || primary.isFrozen || standby.isFrozen || !standby.isAlive;
  return !isStill && !isCut(world, a.name, b.name) && !isCut(world, b.name, a.name);
}

export function shipToAll(world: World, server: Server): void {
  for (const walsender of server.walsenders) ship(world, walsender);
}

/** Sends what the standby has not got. TCP: nothing is lost, but across a cut nothing arrives until it is sent again. */
function ship(world: World, walsender: Walsender): void {
  const { primary, standby } = walsender;
  const { wal } = primary.host.disk.data;
  if (walsender.isShipping || !walsender.isOpen || walsender.sent >= wal.length) return;
  walsender.isShipping = true;
  const way = { from: primary.host.name, to: standby.host.name };
  const batch = wal.slice(walsender.sent);
  if (isLost(world, way)) {
    later(world, resendMs, () => resume(world, walsender));
    return;
  }
  walsender.sent = wal.length;
  const delayMs = delayOf(world, way) + world.noise.postgres.between(0.2, 2);
  onServer(world, standby, { delayMs, run: () => receive(world, walsender, batch) });
}

function resume(world: World, walsender: Walsender): void {
  walsender.isShipping = false;
  if (walsender.primary.isAlive) ship(world, walsender);
}

/** On the standby: flushed as the disk allows; a disk that hangs leaves the receiver alive and its flush position behind. */
function receive(world: World, walsender: Walsender, batch: readonly WalRecord[]): void {
  const { standby } = walsender;
  const { disk } = standby.host;
  if (standby.receiver?.walsender !== walsender) return;
  if (disk.isFull || disk.isReadOnly) {
    closeConnection(world, walsender, { closedBy: 'standby', isSilent: false });
    return;
  }
  if (disk.isHung || standby.isFlushStuck) onServer(world, standby, { delayMs: 100, run: () => receive(world, walsender, batch) });
  else flush(world, walsender, batch);
}

function flush(world: World, walsender: Walsender, batch: readonly WalRecord[]): void {
  const { standby, primary } = walsender;
  const { data } = standby.host.disk;
  for (const record of batch) append(data, record);
  takeHistory(data, primary.host.disk.data);
  if (!standby.isReplayPaused) standby.replayed = data.wal.length;
  reply(world, walsender, data.wal.length);
}

/** The standby is on a timeline once it has its first record. */
function takeHistory(data: DataDirectory, upstream: DataDirectory): void {
  if (timelineOf(data) === timelineOf(upstream)) return;
  data.history = upstream.history.filter((entry) => entry.timeline === 1 || entry.fork < data.wal.length);
}

function reply(world: World, walsender: Walsender, flushed: number): void {
  const { standby, primary } = walsender;
  const way = { from: standby.host.name, to: primary.host.name };
  if (isLost(world, way)) {
    onServer(world, standby, { delayMs: resendMs, run: () => walsender.isOpen && reply(world, walsender, flushed) });
    return;
  }
  onServer(world, primary, { delayMs: delayOf(world, way), run: () => hear(world, walsender, flushed) });
}

function hear(world: World, walsender: Walsender, flushed: number): void {
  if (!walsender.isOpen) return;
  walsender.heardAtMs = world.nowMs;
  walsender.flushed = Math.max(walsender.flushed, flushed);
  releaseBy(walsender.primary, walsender);
  resume(world, walsender);
}
