import { findInventory } from '../compose-inventory.ts';
import { NvError } from '../core/errors.ts';
import type { Actions } from './command-actions.ts';
import { fileActions } from './file-actions.ts';
import { lookActions } from './look-actions.ts';
import { operateActions } from './operate-actions.ts';
import { type CliRunOptions, resumeAction, runAction } from './run-actions.ts';
import { runsAction } from './runs-action.ts';

type GlobalOptions = { readonly stateDir?: string };

/** What the commands do; `globals` gives the options that stand before a command. */
export function createActions(globals: () => GlobalOptions, version: string): Actions {
  const find = (given: string | undefined) => findInventory(given, globals().stateDir);
  return {
    ...fileActions(find),
    ...lookActions(find),
    ...operateActions(find),
    run: async (mode, inventory, given) => {
      const options = { ...globals(), ...(given as CliRunOptions) };
      if (options.resume !== undefined) return await resumeAction(options.resume, inventory, options);
      return await runAction(mode, await find(inventory), options);
    },
    serve: async (options) => {
      const inventory = await find(options.inventory).catch(noneKnown);
      const { serveAction } = await import('./serve-action.ts');
      await serveAction({ ...globals(), listen: options.listen, version, ...(inventory ? { inventory } : {}) });
      return 0;
    },
    runs: async (action, run, options) => await runsAction({ action, run, json: options.json === true }, globals().stateDir),
  };
}

/** The service starts without an inventory as well: runs may bring theirs. */
function noneKnown(error: unknown): undefined {
  if (error instanceof NvError && error.code === 'NV_USAGE') return undefined;
  throw error;
}
