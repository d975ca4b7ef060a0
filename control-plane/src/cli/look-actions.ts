import { setTimeout as sleep } from 'node:timers/promises';
import { openLook } from '../compose.ts';
import { healthExitCode } from '../core/status/build-status.ts';
import type { Status } from '../core/status/status.ts';
import type { Actions } from './command-actions.ts';
import { renderHealth } from './render/health.ts';
import { renderStatus } from './render/status.ts';

const watchEveryMs = 2000;

type FindInventory = (given: string | undefined) => Promise<string>;

/** The commands that only look at a cluster. */
export function lookActions(findInventory: FindInventory): Pick<Actions, 'status' | 'health'> {
  return {
    status: async (inventory, options) => {
      const look = await openLook(await findInventory(inventory));
      const render = (status: Status) => (options.json ? JSON.stringify(status) : renderStatus(status, { color: process.stdout.isTTY }));
      try {
        if (options.watch) return await watch(async () => render(await look.status()));
        const status = await look.status();
        process.stdout.write(`${render(status)}\n`);
        return 0;
      } finally {
        await look.close();
      }
    },
    health: async (inventory, options) => {
      const look = await openLook(await findInventory(inventory));
      try {
        const status = await look.status();
        process.stdout.write(`${options.json ? JSON.stringify(status) : renderHealth(status)}\n`);
        return healthExitCode(status);
      } finally {
        await look.close();
      }
    },
  };
}

/** Draws again until the user interrupts. */
async function watch(draw: () => Promise<string>): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  while (!interrupted.signal.aborted) {
    const picture = await draw();
    process.stdout.write(`${process.stdout.isTTY ? '\u001b[2J\u001b[H' : ''}${picture}\n`);
    await sleep(watchEveryMs, undefined, { signal: interrupted.signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
  return 130;
}
