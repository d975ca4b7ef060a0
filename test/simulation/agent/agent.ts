/** One agent process: what it remembers, what it has been told, and what it has in hand. */
import type { Intent } from '../../../agent/src/core/failover/intent.ts';
import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import type { Moment } from '../../../agent/src/core/failover/moment.ts';
import type { PeerAnswer } from '../../../agent/src/core/failover/peer.ts';
import type { Canary, PostgresView, Probe } from '../../../agent/src/core/failover/postgres-view.ts';
import type { Request } from '../../../agent/src/core/failover/request.ts';
import type { SelfReport } from '../../../agent/src/core/failover/self-report.ts';
import type { Settings } from '../../../agent/src/core/failover/settings.ts';
import type { Lane, LaneView, StoreView, View } from '../../../agent/src/core/failover/view.ts';
import { readClock } from '../world/clock.ts';
import type { AgentHandle, Host, Server } from '../world/host-state.ts';
import { onAgent } from '../world/scheduling.ts';
import type { World } from '../world/state.ts';

/** The part of a decision that the loop acts on. */
export type Decision = { readonly ruleId: string; readonly intents: readonly Intent[]; readonly memory: Memory; readonly wakeAtMs: number };

/** The part under test, and what a mutant of it may replace. */
export type Brain = {
  decide(view: View, memory: Memory): Decision;
  /** What it tells another agent that asks. */
  answer(view: View, memory: Memory): SelfReport;
};

export type Operation = { readonly kind: string; readonly since: Moment; readonly server: Server | null };

export type LaneState = { busy: Operation | null; last: LaneView['last'] };

export type Agent = {
  readonly world: World;
  readonly host: Host;
  readonly handle: AgentHandle;
  readonly brain: Brain;
  readonly instance: string;
  settings: Settings;
  memory: Memory;
  store: StoreView;
  requests: readonly Request[];
  readonly lanes: Readonly<Record<Lane, LaneState>>;
  readonly peers: Record<string, PeerAnswer>;
  canary: { readonly server: Server; seen: Canary } | null;
  probe: Probe;
  /** What the last look at PostgreSQL came to. */
  look: number;
  /** What SQL answered last, for as long as it answers no more. */
  known: { readonly server: Server; readonly view: PostgresView } | null;
  decision: Decision | null;
  state: 'idle' | 'waking' | 'acting';
  isWokenAgain: boolean;
  /** Counts wake-up times: an older one is void. */
  timer: number;
};

export function momentOf({ host, world }: Pick<Agent, 'host' | 'world'>): Moment {
  return { monotonicMs: readClock(host, 'monotonic', world.nowMs), boottimeMs: readClock(host, 'boottime', world.nowMs) };
}

/** Runs in this process, if it still lives then. */
export function inAgent(agent: Agent, step: { delayMs: number; run: () => void }): void {
  if (agent.host.agent === agent.handle) onAgent(agent.world, agent.host, step);
}
