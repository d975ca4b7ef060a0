/** Checkpoints and restartpoints: while one runs, the checkpointer takes over no new setting. */

import type { Server } from './host-state.ts';
import { onServer } from './scheduling.ts';
import type { World } from './state.ts';
import { adoptFlag } from './sync-rep.ts';
import { timelineOf } from './wal.ts';

/** Begins a checkpoint, or waits for the one in hand and then begins another. `whenDone` runs at its end. */
export function checkpoint(world: World, server: Server, ask: { durationMs: number; whenDone: () => void }): void {
  if (server.checkpoint !== null) {
    server.checkpoint.whenDone.push(() => checkpoint(world, server, ask));
    return;
  }
  const begun = { endsAtMs: world.nowMs + ask.durationMs, timeline: timelineOf(server.host.disk.data), whenDone: [ask.whenDone] };
  server.checkpoint = begun;
  onServer(world, server, { delayMs: ask.durationMs, run: () => finish(world, server) });
}

function finish(world: World, server: Server): void {
  const { checkpoint: done } = server;
  if (done === null) return;
  if (server.host.disk.isHung) {
    onServer(world, server, { delayMs: 200, run: () => finish(world, server) });
    return;
  }
  server.checkpoint = null;
  server.host.disk.data.checkpointTimeline = done.timeline;
  adoptFlag(world, server);
  for (const tell of done.whenDone) tell();
}

/** The server's own, by time: each half a minute or so. */
export function scheduleCheckpoints(world: World, server: Server): void {
  const delayMs = world.noise.postgres.between(5_000, 40_000);
  onServer(world, server, {
    delayMs,
    run: () => {
      if (server.phase !== 'stopping')
        checkpoint(world, server, { durationMs: world.noise.postgres.between(100, 2_000), whenDone: () => undefined });
      scheduleCheckpoints(world, server);
    },
  });
}
