/** The agent's own row in a session of its own, which waits for the synchronous standbys. */

import type { Canary } from '../../../agent/src/core/failover/postgres-view.ts';
import { commit } from '../world/commit.ts';
import type { Agent } from './agent.ts';
import { begin } from './lanes.ts';
import { lsnOf } from './postgres-sensor.ts';

export function runCanary(agent: Agent, id: string, whenOver: () => void): void {
  const { world, host } = agent;
  const { postgres: server } = host;
  const end = begin(agent, { lane: 'canary', kind: 'canary', isBoundTo: server }, whenOver);
  if (server === null) {
    end('no server');
    return;
  }
  const canary = { server, seen: { id, lsn: null, state: 'running', warned: false } as Canary };
  agent.canary = canary;
  commit(world, server, {
    kind: 'canary',
    canaryId: id,
    isLocal: false,
    flushed: (position) => {
      canary.seen = { ...canary.seen, lsn: lsnOf(position), state: 'waiting' };
      agent.handle.notice();
    },
    done: (outcome) => {
      const isBack = outcome === 'returned' || outcome === 'cancelled';
      if (isBack) canary.seen = { ...canary.seen, state: 'returned', warned: outcome === 'cancelled' };
      else if (agent.canary === canary) agent.canary = null;
      end(isBack ? null : outcome);
    },
  });
}
