import { NvError } from '../core/errors.ts';
import { type CommandOutput, concat, type RemoteCommand, raw } from '../core/remote-command.ts';
import { raiseFence } from '../core/run-lock/fence.ts';
import { partsOf } from '../core/serial.ts';
import { inTurn, lockWaitSeconds, parseTurn } from './batch-script.ts';
import { busy, unfenced } from './held-up.ts';
import type { RunSite } from './run-site.ts';

const fenceTimeoutMs = 10_000;

/**
 * Ends what runs before `epoch` left at work: on every host of the site that answers, no step of a batch with a lower
 * epoch begins from now on, and the one in hand has ended when this resolves. Rejects with NV_LOCKED, naming the host,
 * when one goes on and on.
 */
export async function endOlderBatches(run: RunSite, epoch: number): Promise<void> {
  const command = concat(raiseFence(epoch), raw(' || exit 9\n'), inTurn(raw('true\n')));
  const timeoutMs = fenceTimeoutMs + lockWaitSeconds * 1000;
  const names = run.site.hosts.map(({ name }) => name);
  for (const hosts of partsOf(names, run.record.forks)) {
    for (const [host, output] of await tell(run, hosts, { command, timeoutMs })) {
      if (output.exitCode === 9) throw unfenced(host);
      if (parseTurn(output.stdout) === null) throw busy(host);
    }
  }
}

/** Tells hosts to begin no further step of a batch with `epoch`. One that cannot be told ends its batch by itself, having lost its reader. */
export async function stopBatches(run: RunSite, hosts: readonly string[], epoch: number): Promise<void> {
  await tell(run, hosts, { command: raiseFence(epoch + 1), timeoutMs: fenceTimeoutMs });
}

type Told = { readonly command: RemoteCommand; readonly timeoutMs: number };

/** The answers of the hosts that can be reached. */
async function tell(run: RunSite, hosts: readonly string[], { command, timeoutMs }: Told): Promise<readonly [string, CommandOutput][]> {
  const ask = async (host: string): Promise<readonly [string, CommandOutput][]> => {
    try {
      return [[host, await run.lockRemotes.get(host).run(command, { timeoutMs })]];
    } catch (error) {
      if (error instanceof NvError && /^NV_(SSH|SUDO)/.test(error.code)) return [];
      throw error;
    }
  };
  return (await Promise.all(hosts.map(ask))).flat();
}
