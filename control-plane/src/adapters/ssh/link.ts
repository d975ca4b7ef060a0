import { NvError } from '../../core/errors.ts';
import { type ChannelSlots, channelSlots } from './channel-slots.ts';
import type { Connection } from './connection.ts';
import { within } from './deadline.ts';
import { sharedWhile } from './shared-while.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';
import { isChannelRefused, useChannel } from './use-channel.ts';

/** The one connection of a host: made at first use, made again after it was lost, shared by all who use it. */
export type Link = {
  /**
   * Runs `work` with the connection and one of its channels. Rejects with NV_SSH_UNREACHABLE when there is no
   * connection after `timeoutMs`. A work that misses its own deadline (NV_SSH_TIMEOUT) takes the connection with it:
   * nobody knows what else on it is stuck.
   */
  use<T>(timeoutMs: number, work: Work<T>): Promise<T>;
  close(): Promise<void>;
};

type Work<T> = (connection: Connection, target: SshTarget) => Promise<T>;
type Opened = { readonly target: SshTarget; readonly connection: Connection; readonly slots: ChannelSlots };

/** Fewer than sshd's MaxSessions, which is 10 unless configured. */
const mostChannels = 8;

export type LinkOptions = {
  readonly name: string;
  readonly resolve: () => Promise<SshTarget>;
  readonly connect: (target: SshTarget) => Promise<Connection>;
};

export function createLink({ name, resolve, connect }: LinkOptions): Link {
  const open = async (): Promise<Opened> => {
    const target = await resolve();
    return { target, connection: await connect(target), slots: channelSlots(mostChannels) };
  };
  const shared = sharedWhile(open, ({ connection }) => !connection.lost.aborted);
  return {
    use: async (timeoutMs, work) => useOpened(await within(timeoutMs, () => notYet(name, timeoutMs), shared.get()), work),
    close: async () => {
      const opened = await shared.drop();
      opened?.connection.dispose();
    },
  };
}

async function useOpened<T>({ target, connection, slots }: Opened, work: Work<T>): Promise<T> {
  try {
    return await useChannel(slots, () => work(connection, target));
  } catch (error) {
    if (isChannelRefused(error)) throw noChannel(target, error);
    if (error instanceof NvError && error.code === 'NV_SSH_TIMEOUT') connection.dispose();
    throw error;
  }
}

function notYet(host: string, timeoutMs: number): NvError {
  const hint = 'Is the host up, its address right and the port open in its firewall?';
  return new NvError({ code: 'NV_SSH_UNREACHABLE', message: `${host}: no connection within ${timeoutMs} ms`, hint, host });
}

function noChannel(target: SshTarget, cause: unknown): NvError {
  const hint = 'Look at MaxSessions in its sshd_config.';
  return sshError(target, { code: 'NV_SSH_AUTH', message: 'the login succeeded but sshd opens no session', hint }, cause);
}
