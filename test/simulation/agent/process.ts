/** The life of an agent's process: start, death, frozen, and systemd behind it. */
import { emptyMemory, freshDurable, type Memory } from '../../../agent/src/core/failover/memory.ts';
import type { Settings } from '../../../agent/src/core/failover/settings.ts';
import type { AgentHandle, Host, StoreAnswer } from '../world/host-state.ts';
import { drain, onHost } from '../world/scheduling.ts';
import type { World } from '../world/state.ts';
import { type Agent, type Brain, inAgent, type LaneState } from './agent.ts';
import { viewOf, wake } from './loop.ts';
import { lookForEver, probeForEver } from './probe.ts';
import { hear } from './store-operations.ts';

const restartMs = 100;
const watchdogMs = 3_000;

/** What a new process on a host is made of; settings are read from its file at each start. */
export type Make = { readonly brain: Brain; readonly settings: () => Settings };

/** Puts an agent on the host and starts it. */
export function startAgent(world: World, host: Host, make: Make): void {
  const handle: AgentHandle = {
    status: 'running',
    backlog: [],
    start: () => startAgent(world, host, make),
    end: () => {
      handle.status = 'dead';
    },
    notice: () => {},
    hear: () => {},
    // Not until it listens.
    report: () => null,
  };
  host.agent = handle;
  const agent = makeAgent(world, host, { ...make, handle });
  inAgent(agent, { delayMs: world.noise.agent.between(25, 80), run: () => beginWork(agent) });
}

function beginWork(agent: Agent): void {
  Object.assign(agent.handle, {
    notice: () => inAgent(agent, { delayMs: 0, run: () => wake(agent) }),
    report: () => agent.brain.answer(viewOf(agent), agent.memory),
    hear: (answer: StoreAnswer) => {
      hear(agent, answer);
      wake(agent);
    },
  });
  probeForEver(agent);
  lookForEver(agent);
  wake(agent);
}

function makeAgent(world: World, host: Host, made: Make & { handle: AgentHandle }): Agent {
  const { brain, handle } = made;
  const lane = (): LaneState => ({ busy: null, last: null });
  return {
    ...{ world, host, handle, brain, settings: made.settings(), instance: `${host.name}-${world.noise.agent.name()}` },
    memory: emptyMemory((host.disk.agentState as Memory['durable'] | null) ?? freshDurable),
    store: { clusterId: null, read: null, result: null },
    lanes: { store: lane(), postgres: lane(), canary: lane(), peers: lane() },
    ...{ requests: [], peers: {}, canary: null, probe: null, known: null, look: 0, decision: null },
    ...{ state: 'idle', isWokenAgain: false, timer: 0 },
  };
}

/** kill -9, OOM or an upgrade: systemd starts the next one. */
export function killAgent(world: World, host: Host): void {
  const { agent } = host;
  if (agent.status === 'dead') return;
  world.trace.tell(world.nowMs, () => `${host.name} agent killed`);
  agent.end();
  host.agentDownAtMs = world.nowMs;
  const wait = Math.max(0, host.systemdBusyUntilMs - world.nowMs);
  onHost(world, host, { delayMs: wait + restartMs, run: () => host.agent === agent && agent.start() });
}

/** SIGSTOP; systemd's watchdog kills it in the end. */
export function freezeAgent(world: World, host: Host): void {
  const { agent } = host;
  if (agent.status !== 'running') return;
  world.trace.tell(world.nowMs, () => `${host.name} agent frozen`);
  agent.status = 'frozen';
  host.agentDownAtMs = world.nowMs;
  onHost(world, host, { delayMs: watchdogMs, run: () => agent.status === 'frozen' && killAgent(world, host) });
}

export function thawAgent(world: World, host: Host): void {
  const { agent } = host;
  if (agent.status !== 'frozen') return;
  host.agentDownAtMs = world.nowMs;
  agent.status = 'running';
  drain(agent.backlog);
}
