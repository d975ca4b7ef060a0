/** Questions to the agents of other hosts. */
import type { PeersIntent } from '../../../agent/src/core/failover/intent.ts';
import type { SelfReport } from '../../../agent/src/core/failover/self-report.ts';
import type { Host } from '../world/host-state.ts';
import { send } from '../world/network.ts';
import { onAgent } from '../world/scheduling.ts';
import { type Agent, inAgent, momentOf } from './agent.ts';
import { begin } from './lanes.ts';

export function askPeers(agent: Agent, { hosts, budgetMs }: PeersIntent, whenOver: () => void): void {
  const end = begin(agent, { lane: 'peers', kind: 'ask-peers' }, whenOver);
  const askedAt = momentOf(agent);
  const missing = new Set(hosts);
  for (const name of hosts) {
    ask(agent, name, (report) => {
      agent.peers[name] = { ...report, askedAt, at: momentOf(agent) };
      if (missing.delete(name) && missing.size === 0) end(null);
    });
  }
  inAgent(agent, { delayMs: budgetMs / agent.host.clock.rate, run: () => end(missing.size === 0 ? null : 'not all answered') });
}

function ask(agent: Agent, name: string, told: (report: SelfReport) => void): void {
  const { world, host } = agent;
  const peer = world.hosts.find((other) => other.name === name);
  if (peer === undefined) return;
  send(world, { from: host.name, to: name }, () => hearQuestion(agent, peer, told));
}

function hearQuestion(agent: Agent, peer: Host, told: (report: SelfReport) => void): void {
  const { world, host } = agent;
  onAgent(world, peer, {
    delayMs: world.noise.agent.between(0.5, 4) * peer.cpuFactor,
    run: () => {
      const report = peer.agent.report() as SelfReport | null;
      if (report === null) return;
      send(world, { from: peer.name, to: host.name }, () => inAgent(agent, { delayMs: 0, run: () => told(report) }));
    },
  });
}
