/** A world with agents in it, and what faults need to know of the run. */
import type { Brain } from '../agent/agent.ts';
import { startAgent } from '../agent/process.ts';
import { timingsOf } from '../world/build-world.ts';
import { powerOn } from '../world/host-power.ts';
import type { Setup, World } from '../world/state.ts';

export type Simulation = {
  readonly world: World;
  /** What the configuration files hold now; an agent reads its own when it starts. */
  preset: Setup['preset'];
  readonly heals: Set<() => void>;
  isOver: boolean;
};

/** Puts an agent on each host and switches it on. */
export function populate(world: World, brain: Brain): Simulation {
  const simulation: Simulation = { world, preset: world.setup.preset, heals: new Set(), isOver: false };
  const hosts = world.hosts.map((host) => host.name);
  const { mode, wantedMembers } = world.setup;
  const settings = () => {
    const { requestMs, ...timings } = timingsOf(simulation.preset);
    return { timings: { ...timings, requestBudgetMs: requestMs }, mode, hosts, wantedMembers };
  };
  for (const host of world.hosts) {
    host.agent.start = () => startAgent(world, host, { brain, settings });
    powerOn(world, host);
  }
  return simulation;
}
