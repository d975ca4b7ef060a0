/** Virtual time: one event after the other. */
import type { World } from './state.ts';

/** Runs the next event; false when nothing is left to happen. */
export function step(world: World): boolean {
  const event = world.queue.take();
  if (event === undefined) return false;
  world.nowMs = event.atMs;
  event.run();
  return true;
}

/** Runs until `isReached`, at most `limitMs` of virtual time; says whether it was. */
export function runUntil(world: World, isReached: () => boolean, limitMs = 60_000): boolean {
  const endMs = world.nowMs + limitMs;
  while (!isReached()) {
    if (world.nowMs > endMs || !step(world)) return false;
  }
  return true;
}

/** Lets `forMs` of virtual time go by. */
export function runFor(world: World, forMs: number): void {
  let isOver = false;
  world.queue.add(world.nowMs + forMs, () => {
    isOver = true;
  });
  runUntil(world, () => isOver, forMs + 1);
}
