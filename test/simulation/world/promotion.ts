/** pg_promote: replay what is there, then a timeline of one's own. */
import { insert } from './commit.ts';
import type { Server } from './host-state.ts';
import { follow } from './replication.ts';
import { onHost, onServer } from './scheduling.ts';
import type { World } from './state.ts';
import type { Promotion } from './wal.ts';

/** Asks for a promotion; it comes into force when everything received is replayed. */
export function promote(world: World, server: Server, promotion: Promotion): void {
  if (server.mode === 'primary' || server.isPromoting || server.phase !== 'running') return;
  server.isPromoting = true;
  const { postgres: noise } = world.noise;
  const delayMs = noise.chance(0.1) ? noise.between(300, 900) : noise.between(40, 120);
  onServer(world, server, { delayMs, run: () => open(world, server, promotion) });
}

function open(world: World, server: Server, promotion: Promotion): void {
  const { disk } = server.host;
  if (server.phase !== 'running') return;
  if (disk.isHung || disk.isFull || server.isReplayPaused) {
    onServer(world, server, { delayMs: 50, run: () => open(world, server, promotion) });
    return;
  }
  const { data } = disk;
  follow(world, server, null);
  data.highestTimeline++;
  data.history = [...data.history, { timeline: data.highestTimeline, fork: data.wal.length }];
  server.isPromoting = false;
  server.mode = 'primary';
  server.reign = ++world.reigns;
  insert(world, server, { kind: 'promotion', promotion: { ...promotion, promotionId: null } });
  if (promotion.promotionId !== null) writeRow(world, server, promotion);
  world.trace.tell(
    world.nowMs,
    () => `${server.host.name} OUT OF RECOVERY on timeline ${data.highestTimeline} from ${data.wal.length - 1}`,
  );
  onHost(world, server.host, { delayMs: 2, run: () => server.host.agent.notice() });
  world.observer.promoted(server);
  world.observer.changed();
}

/** The first row tells whose promotion it was; a crash may come before it. */
function writeRow(world: World, server: Server, promotion: Promotion): void {
  onServer(world, server, {
    delayMs: world.noise.postgres.between(1, 10),
    run: () => void insert(world, server, { kind: 'promotion', promotion }),
  });
}
