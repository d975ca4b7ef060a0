/** The agent's loop: something happened → sense → decide → what must be remembered to disk → act. */
import type { Intent } from '../../../agent/src/core/failover/intent.ts';
import type { Lane, LaneView, View } from '../../../agent/src/core/failover/view.ts';
import { untilLocal } from '../world/clock.ts';
import { type Agent, inAgent, type LaneState, momentOf } from './agent.ts';
import { carryOut } from './carry-out.ts';
import { dropOperationsOfTheDead } from './lanes.ts';
import { sensePostgres } from './postgres-sensor.ts';

/** Something happened that a decision may depend on. */
export function wake(agent: Agent): void {
  if (agent.state !== 'idle') {
    agent.isWokenAgain = agent.state === 'acting';
    return;
  }
  agent.state = 'waking';
  inAgent(agent, { delayMs: reactionMs(agent), run: () => tick(agent) });
}

/** Sensing and deciding take a few milliseconds; now and then the process does not get the CPU. */
function reactionMs({ world: { noise }, host }: Agent): number {
  return (noise.agent.chance(0.02) ? noise.agent.between(5, 150) : noise.agent.between(0.5, 4)) * host.cpuFactor;
}

function tick(agent: Agent): void {
  agent.state = 'idle';
  dropOperationsOfTheDead(agent);
  const decision = agent.brain.decide(viewOf(agent), agent.memory);
  const isDurable = decision.memory.durable === agent.memory.durable;
  agent.memory = decision.memory;
  agent.decision = decision;
  setTimer(agent, decision.wakeAtMs);
  agent.world.trace.tell(agent.world.nowMs, () => describe(agent));
  if (decision.intents.length === 0 && isDurable) return;
  agent.state = 'acting';
  inAgent(agent, { delayMs: agent.world.noise.agent.between(0.2, 3), run: () => act(agent, decision.intents) });
}

/** A disk that does not sync keeps the process from going on; a read-only one too. */
function act(agent: Agent, intents: readonly Intent[]): void {
  const { disk } = agent.host;
  if (disk.agentState !== agent.memory.durable) {
    if (disk.isHung || disk.isReadOnly) {
      inAgent(agent, { delayMs: 20, run: () => act(agent, intents) });
      return;
    }
    disk.agentState = agent.memory.durable;
  }
  agent.state = 'idle';
  for (const intent of intents) carryOut(agent, intent, () => wake(agent));
  if (agent.isWokenAgain) wake(agent);
  agent.isWokenAgain = false;
}

function setTimer(agent: Agent, wakeAtMs: number): void {
  const timer = ++agent.timer;
  const run = () => {
    if (agent.timer === timer) wake(agent);
  };
  const delayMs = untilLocal(agent.host, 'monotonic', { localMs: wakeAtMs, nowMs: agent.world.nowMs });
  if (Number.isFinite(delayMs)) inAgent(agent, { delayMs, run });
}

export function viewOf(agent: Agent): View {
  const { host, instance, settings, store, requests, peers, lanes } = agent;
  const { guard } = host;
  return {
    now: momentOf(agent),
    self: { host: host.name, instance, bootId: `${host.name}.${host.boot}` },
    settings,
    store,
    fence: { reachable: guard.isAlive && !guard.isFrozen, armed: guard.armed },
    leaseFile: host.leaseFile as View['leaseFile'],
    postgres: sensePostgres(agent),
    peers,
    requests,
    shown: { address: host.isAddressUp, role: host.role === 'fault' ? 'none' : host.role },
    lanes: {
      store: laneView(lanes.store),
      postgres: laneView(lanes.postgres),
      canary: laneView(lanes.canary),
      peers: laneView(lanes.peers),
    } satisfies Record<Lane, LaneView>,
  };
}

function laneView({ busy, last }: LaneState): LaneView {
  return { busy, last };
}

function describe({ host, decision }: Agent): string {
  const intents = decision?.intents.map((intent) => ('purpose' in intent ? `${intent.kind} ${intent.purpose}` : intent.kind)).join(', ');
  return `${host.name} ${decision?.ruleId}${intents === '' ? '' : `: ${intents}`}`;
}
