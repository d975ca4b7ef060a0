/** The operations of the postgres lane: each takes its time, and a crash may cut it anywhere. */
import type { PostgresIntent } from '../../../agent/src/core/failover/intent.ts';
import { checkpoint } from '../world/checkpoint.ts';
import { type Copying, initialize, rebuild, rewind } from '../world/copying.ts';
import type { Host, Server } from '../world/host-state.ts';
import { promote } from '../world/promotion.ts';
import { follow } from '../world/replication.ts';
import { onHost, onServer } from '../world/scheduling.ts';
import { startServer } from '../world/server-start.ts';
import { stopFast, stopImmediate } from '../world/server-stop.ts';
import type { World } from '../world/state.ts';
import { setSyncNames } from '../world/sync-rep.ts';
import { placeholder } from '../world/wal.ts';
import { type Agent, inAgent } from './agent.ts';
import { begin, type Ending } from './lanes.ts';

/** A statement that gets no answer is given up after so long. */
const statementLimitMs = 2_000;

export function runPostgres(agent: Agent, intent: PostgresIntent, whenOver: () => void): void {
  const { postgres } = agent.host;
  const end = begin(agent, { lane: 'postgres', kind: intent.kind, isBoundTo: isOfServer(intent) ? postgres : null }, whenOver);
  switch (intent.kind) {
    case 'initdb':
    case 'rewind':
    case 'rebuild':
      changeData(agent, intent, end);
      return;
    case 'start-standby':
      startServer(agent.world, agent.host, { upstream: hostNamed(agent.world, intent.follow), settled: end });
      return;
    case 'stop':
      stop(agent, intent, end);
      return;
    default:
      postgres === null ? end('no server') : speakTo(agent, { server: postgres, intent, end });
      return;
  }
}

function isOfServer({ kind }: PostgresIntent): boolean {
  return !['initdb', 'rewind', 'rebuild', 'start-standby', 'stop'].includes(kind);
}

type DataIntent = Extract<PostgresIntent, { kind: 'initdb' | 'rewind' | 'rebuild' }>;

function changeData(agent: Agent, intent: DataIntent, end: Ending): void {
  const { world, host } = agent;
  if (host.postgres !== null) {
    end('a server is running');
    return;
  }
  if (intent.kind === 'initdb') {
    host.disk.data.state = 'half-made';
    const run = () => {
      initialize(world, host);
      end(null);
    };
    onHost(world, host, { delayMs: world.noise.postgres.between(100, 500), run });
    return;
  }
  const from = hostNamed(world, intent.from);
  if (from === null) {
    end('no such host');
    return;
  }
  const copying: Copying = { from, isStillWanted: outlives(agent), done: end };
  intent.kind === 'rewind' ? rewind(world, host, copying) : rebuild(world, host, copying);
}

/** The program goes on after its agent's death, or is taken along: both happen. */
function outlives(agent: Agent): () => boolean {
  const survives = agent.world.noise.agent.chance(0.5);
  return () => survives || agent.host.agent === agent.handle;
}

function stop({ world, host }: Agent, intent: Extract<PostgresIntent, { kind: 'stop' }>, end: Ending): void {
  const whenGone = () => end(null);
  const { postgres } = host;
  if (postgres === null) {
    end(null);
    return;
  }
  if (intent.mode === 'immediate' || !postgres.hasPostmaster) {
    stopImmediate(world, postgres, whenGone);
    return;
  }
  stopFast(world, postgres, { deadlineMs: intent.deadlineMs, whenGone });
}

type ServerIntent = Exclude<PostgresIntent, DataIntent | { kind: 'start-standby' | 'stop' }>;

function speakTo(agent: Agent, statement: { server: Server; intent: ServerIntent; end: Ending }): void {
  const { world } = agent;
  const { server, intent, end } = statement;
  const run = () => (server.phase === 'running' ? execute(world, statement) : end('the server takes no statements'));
  onServer(world, server, { delayMs: world.noise.postgres.between(1, 8), run });
  if (intent.kind !== 'checkpoint') inAgent(agent, { delayMs: statementLimitMs, run: () => end('no answer') });
}

function execute(world: World, { server, intent, end }: { server: Server; intent: ServerIntent; end: Ending }): void {
  if (intent.kind === 'checkpoint') {
    checkpoint(world, server, { durationMs: world.noise.postgres.between(20, 1_000), whenDone: () => end(null) });
    return;
  }
  change(world, server, intent);
  end(null);
}

function change(world: World, server: Server, intent: Exclude<ServerIntent, { kind: 'checkpoint' }>): void {
  const { data } = server.host.disk;
  switch (intent.kind) {
    case 'follow':
      follow(world, server, hostNamed(world, intent.host));
      return;
    case 'promote':
      promote(world, server, { promotionId: intent.promotionId, epoch: intent.epoch, isForced: intent.forced });
      return;
    case 'set-sync-names':
      changeNames(world, server, intent.names);
      return;
    case 'ensure-slots':
      data.slots = [...new Set([...data.slots, ...intent.hosts])];
      return;
    case 'open-gate':
    case 'shut-gate':
      server.isGateOpen = intent.kind === 'open-gate';
      return;
  }
}

function changeNames(world: World, server: Server, names: 'placeholder' | readonly string[]): void {
  if (names !== 'placeholder') server.hasKeptPlaceholder = false;
  setSyncNames(world, server, names === 'placeholder' ? placeholder : names);
}

function hostNamed(world: World, name: string | null): Host | null {
  return world.hosts.find((host) => host.name === name) ?? null;
}
