/** Who an event happens to: the world, a host, or a PostgreSQL server. What is paused gets its events when it goes on. */
import type { Host, Server } from './host-state.ts';
import type { World } from './state.ts';

export function later(world: World, delayMs: number, run: () => void): void {
  world.queue.add(world.nowMs + delayMs, run);
}

/** On a host: dropped when the host went down meanwhile, kept back while it is paused. */
export function onHost(world: World, host: Host, step: { delayMs: number; run: () => void }): void {
  const { boot } = host;
  later(world, step.delayMs, () => atHost(host, boot, step.run));
}

/** In a process of a server: dropped when the server has ended, kept back while it or its host stands still. */
export function onServer(world: World, server: Server, step: { delayMs: number; run: () => void }): void {
  onHost(world, server.host, { delayMs: step.delayMs, run: () => atServer(server, step.run) });
}

/** In the agent's process of this life; kept back while it is frozen. */
export function onAgent(world: World, host: Host, step: { delayMs: number; run: () => void }): void {
  const { agent } = host;
  onHost(world, host, { delayMs: step.delayMs, run: () => atAgent(host, agent, step.run) });
}

function atHost(host: Host, boot: number, run: () => void): void {
  if (!host.isOn || host.boot !== boot) return;
  if (host.pause === null) run();
  else host.backlog.push(() => atHost(host, boot, run));
}

function atServer(server: Server, run: () => void): void {
  if (!server.isAlive) return;
  if (server.isFrozen) server.backlog.push(() => atServer(server, run));
  else run();
}

function atAgent(host: Host, agent: Host['agent'], run: () => void): void {
  if (host.agent !== agent || agent.status === 'dead') return;
  if (agent.status === 'frozen') agent.backlog.push(() => atAgent(host, agent, run));
  else run();
}

/** Runs what was kept back, in order. */
export function drain(backlog: (() => void)[]): void {
  for (const run of backlog.splice(0)) run();
}
