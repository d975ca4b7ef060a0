import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RandomNumbers } from '../../support/seeded-random.ts';
import { must } from '../process.ts';
import type { Stack } from '../stack.ts';
import type { Target } from './arguments.ts';
import type { Striker } from './struck-apply.ts';

const cutsMs = { least: 2000, most: 8000 };

/** What does the harm to a target. */
export function strikerOf(target: Target, stack: Stack, random: RandomNumbers): Striker {
  switch (target) {
    case 'ctl':
      return async ({ child }) => {
        child.kill('SIGKILL');
        return 'kill -9 netvis-ctl';
      };
    case 'redis':
      return async () => `kill -9 redis-server ${await killQueueServer(stack.environment.NETVIS_STATE_DIR ?? '')}`;
    case 'ssh':
      return async () => (random() < 0.5 ? await killSessions(stack, random) : await cutCable(stack, random));
    default:
      return target satisfies never;
  }
}

/** Kills the redis-server that works in a state directory; its id, or `none` between two of its lives. */
async function killQueueServer(stateDir: string): Promise<string> {
  const folder = join(stateDir, 'redis');
  for (const word of (await must(['pgrep', '-x', 'redis-server'])).split('\n').filter(Boolean)) {
    if ((await readlink(`/proc/${word}/cwd`).catch(gone)) !== folder) continue;
    process.kill(Number(word), 'SIGKILL');
    return word;
  }
  return 'none';
}

/** Kills every process of sshd on one host but the one that listens: all sessions are gone at once. */
async function killSessions(stack: Stack, random: RandomNumbers): Promise<string> {
  const host = await oneHost(stack, random);
  const listener = (await stack.lab.inside(host, 'cat /run/sshd.pid')).stdout.trim();
  const sessions = `for pid in $(pgrep -x sshd); do [ "$pid" = ${listener} ] || kill -9 "$pid"; done`;
  await stack.lab.inside(host, sessions);
  return `kill -9 sshd sessions of ${host}`;
}

async function cutCable(stack: Stack, random: RandomNumbers): Promise<string> {
  const host = await oneHost(stack, random);
  const ms = Math.round(cutsMs.least + random() * (cutsMs.most - cutsMs.least));
  await stack.lab.cut(host);
  await delay(ms);
  await stack.lab.heal(host);
  return `cable of ${host} out for ${ms} ms`;
}

async function oneHost(stack: Stack, random: RandomNumbers): Promise<string> {
  const hosts = await stack.lab.hosts();
  return hosts[Math.floor(random() * hosts.length)]?.name ?? '';
}

/** A process may end while it is looked at. */
function gone(): string {
  return '';
}
