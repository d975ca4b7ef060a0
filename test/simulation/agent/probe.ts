/** The health probe: a heartbeat with `synchronous_commit=local` and a new connection, both bounded. */
import type { Cause } from '../../../agent/src/core/failover/postgres-view.ts';
import { canWrite, commit } from '../world/commit.ts';
import { type Agent, inAgent, momentOf } from './agent.ts';
import { wake } from './loop.ts';
import { lookAt } from './postgres-sensor.ts';

/** Again and again, half as often as the lease is renewed; a change of the answer is worth a decision. */
export function probeForEver(agent: Agent): void {
  const { timings } = agent.settings;
  inAgent(agent, {
    delayMs: timings.renewMs / 2,
    run: () => {
      probe(agent);
      probeForEver(agent);
    },
  });
}

/** The sensors look at PostgreSQL many times a second; what they find changed is worth a decision. */
export function lookForEver(agent: Agent): void {
  inAgent(agent, {
    delayMs: agent.world.noise.agent.between(25, 100),
    run: () => {
      const look = lookAt(agent);
      if (look !== agent.look) wake(agent);
      agent.look = look;
      lookForEver(agent);
    },
  });
}

function probe(agent: Agent): void {
  const { postgres } = agent.host;
  if (postgres !== null && canWrite(postgres)) commit(agent.world, postgres, { kind: 'write', isLocal: true, done: () => undefined });
  const cause = causeOf(agent);
  const isSlow = cause === 'hung' || cause === 'no-connection';
  inAgent(agent, { delayMs: isSlow ? agent.settings.timings.requestBudgetMs : 5, run: () => conclude(agent, cause) });
}

function conclude(agent: Agent, cause: Cause | null): void {
  const before = agent.probe?.cause ?? null;
  agent.probe = agent.host.postgres === null ? null : { at: momentOf(agent), cause };
  if (cause !== before || cause !== null) wake(agent);
}

function causeOf({ host: { postgres, disk } }: Agent): Cause | null {
  if (postgres === null) return null;
  if (postgres.isFrozen) return 'no-connection';
  if (postgres.mode === 'recovery') return null;
  if (disk.isHung) return 'hung';
  if (disk.isReadOnly) return 'read-only';
  return disk.isFull ? 'disk-full' : null;
}
