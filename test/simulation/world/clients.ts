/** Clients: one open session per server that writes as soon as the last row was acknowledged, and fresh ones. */
import { canWrite, commit, type Transaction } from './commit.ts';
import type { CommitOutcome, Host, Server } from './host-state.ts';
import { clients, isCut } from './network.ts';
import { later } from './scheduling.ts';
import type { World } from './state.ts';

/** How long a fresh client waits for its answer before it tries elsewhere. */
const patienceMs = 1_000;

export function startClients(world: World): void {
  for (const host of world.hosts) openSession(world, host);
  tryFresh(world);
}

/** Stays connected to whatever server it found, however the roles move: its writes must stop when the server is fenced. */
function openSession(world: World, host: Host): void {
  const server = reachable(world, host);
  if (server === null || !server.isGateOpen) {
    later(world, world.noise.client.between(100, 300), () => openSession(world, host));
    return;
  }
  writeInSession(world, server);
}

function writeInSession(world: World, server: Server): void {
  const { host } = server;
  const next = (outcome: CommitOutcome) =>
    later(world, world.noise.client.between(60, 180), () => {
      if (outcome === 'gone' || outcome === 'refused' || !server.isAlive) openSession(world, host);
      else writeInSession(world, server);
    });
  if (!server.isAlive) {
    openSession(world, host);
    return;
  }
  if (reachable(world, host) !== server) {
    later(world, 200, () => writeInSession(world, server));
    return;
  }
  write(world, server, next);
}

/** Comes in through the role and the gate, writes one row and goes. Its success is what "writable" means. */
function tryFresh(world: World): void {
  later(world, world.noise.client.between(100, 200), () => tryFresh(world));
  const open = world.hosts.filter((host) => host.role === 'primary' && reachable(world, host)?.isGateOpen);
  if (open.length === 0) return;
  const server = world.noise.client.pick(open).postgres as Server;
  const begunMs = world.nowMs;
  write(world, server, (outcome) => {
    if (outcome === 'returned' && world.nowMs - begunMs <= patienceMs) world.lastFreshWriteMs = world.nowMs;
  });
}

function write(world: World, server: Server, done: (outcome: CommitOutcome) => void): void {
  const transaction: Transaction = {
    kind: 'write',
    isLocal: false,
    done: (outcome, position) => {
      if (outcome === 'returned') world.observer.acknowledged(server, position);
      done(outcome);
    },
  };
  commit(world, server, transaction);
}

function reachable(world: World, host: Host): Server | null {
  const { postgres } = host;
  if (!host.isOn || host.pause !== null || postgres === null || postgres.isFrozen || !postgres.hasPostmaster) return null;
  if (isCut(world, clients, host.name) || isCut(world, host.name, clients)) return null;
  return canWrite(postgres) ? postgres : null;
}
