/** Turns an intent into something that happens in the world. */
import { type InstantIntent, type Intent, laneOf } from '../../../agent/src/core/failover/intent.ts';
import { arm, disarm, fence } from '../world/guard.ts';
import { onHost } from '../world/scheduling.ts';
import { withdraw } from '../world/store.ts';
import { type Agent, inAgent } from './agent.ts';
import { runCanary } from './canary-operation.ts';
import { askPeers } from './peer-operation.ts';
import { runPostgres } from './postgres-operations.ts';
import { postmasterOf } from './postgres-sensor.ts';
import { readState, swap } from './store-operations.ts';

/** Begins the intent's operation; `whenOver` runs in the agent's process when its outcome is known there. */
export function carryOut(agent: Agent, intent: Intent, whenOver: () => void): void {
  const name = intent.kind === 'swap' ? `swap:${intent.purpose}` : intent.kind;
  agent.world.operation(agent.host, name, 'before');
  if (!isRunning(agent)) {
    inAgent(agent, { delayMs: 0, run: () => start(agent, intent, whenOver) });
    return;
  }
  start(agent, intent, whenOver);
  agent.world.operation(agent.host, name, 'during');
}

/** Whoever was told may have ended or stopped this process. */
function isRunning({ handle, host }: Agent): boolean {
  return handle.status === 'running' && host.isOn && host.pause === null;
}

function start(agent: Agent, intent: Intent, whenOver: () => void): void {
  if (isInstant(intent)) {
    doAtOnce(agent, intent);
    return;
  }
  switch (intent.kind) {
    case 'read-state':
      readState(agent, whenOver);
      return;
    case 'swap':
      swap(agent, intent, whenOver);
      return;
    case 'canary':
      runCanary(agent, intent.id, whenOver);
      return;
    case 'ask-peers':
      askPeers(agent, intent, whenOver);
      return;
    default:
      runPostgres(agent, intent, whenOver);
      return;
  }
}

function isInstant(intent: Intent): intent is InstantIntent {
  return laneOf(intent) === null;
}

function doAtOnce(agent: Agent, intent: InstantIntent): void {
  const { host, world } = agent;
  switch (intent.kind) {
    case 'fence-now':
      fence(world, host);
      return;
    case 'arm':
      armGuard(agent, intent);
      return;
    case 'disarm':
      tellGuard(agent, () => disarm(host));
      return;
    case 'address':
      host.isAddressUp = intent.raised;
      return;
    case 'role-file':
      host.role = intent.role;
      return;
    case 'withdraw-request':
      withdraw(world, host, intent.id);
      return;
  }
}

function armGuard(agent: Agent, { epoch, deadline }: Extract<InstantIntent, { kind: 'arm' }>): void {
  const { host, world } = agent;
  const { postgres } = host;
  if (postgres !== null) host.leaseFile = { bootId: `${host.name}.${host.boot}`, epoch, deadline, postmaster: postmasterOf(postgres) };
  tellGuard(agent, () => arm(world, host, { epoch, deadline }));
}

/** Over the socket; a guard that stands still or is being restarted reads it when it is back. */
function tellGuard(agent: Agent, read: () => void): void {
  const { host, world } = agent;
  const run = () => {
    if (host.guard.isAlive && !host.guard.isFrozen) {
      read();
      if (host.agent === agent.handle) host.agent.notice();
    } else onHost(world, host, { delayMs: 20, run });
  };
  onHost(world, host, { delayMs: world.noise.agent.between(0.05, 0.5), run });
}
