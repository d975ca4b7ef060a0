import { NvError } from '../../core/errors.ts';
import { type ChannelSlots, channelSlots } from './channel-slots.ts';
import { type ConnectSettings, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';
import { isChannelRefused, useChannel } from './use-channel.ts';

/** The one connection of a host: made at first use, made again after it was lost, shared by all who use it. */
export type Link = {
  /**
   * Runs `work` with the connection and one of its channels. A work that misses its deadline (NV_SSH_TIMEOUT) takes
   * the connection with it: nobody knows what else on it is stuck.
   */
  use<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
};

type Work<T> = (connection: Connection, target: SshTarget) => Promise<T>;
type Opened = { readonly target: SshTarget; readonly connection: Connection; readonly slots: ChannelSlots };

/** Fewer than sshd's MaxSessions, which is 10 unless configured. */
const mostChannels = 8;

export function createLink(resolve: () => Promise<SshTarget>, settings: ConnectSettings): Link {
  const open = async (): Promise<Opened> => {
    const target = await resolve();
    return { target, connection: await connect(target, settings), slots: channelSlots(mostChannels) };
  };
  const shared = sharedWhile(open, ({ connection }) => !connection.lost.aborted);
  return {
    use: async (work) => useOpened(await shared.get(), work),
    close: async () => {
      const opened = await shared.drop();
      opened?.connection.dispose();
    },
  };
}

/** One value for all callers, made again by the next caller when making it failed or it is no longer good. */
function sharedWhile<T>(make: () => Promise<T>, good: (value: T) => boolean) {
  let current: Promise<T> | undefined;
  const get = async (): Promise<T> => {
    current ??= make();
    const mine = current;
    try {
      const value = await mine;
      if (good(value)) return value;
    } catch (error) {
      if (current === mine) current = undefined;
      throw error;
    }
    if (current === mine) current = undefined;
    return get();
  };
  const drop = async (): Promise<T | undefined> => {
    const last = current;
    current = undefined;
    return last?.catch(() => undefined);
  };
  return { get, drop };
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

function noChannel(target: SshTarget, cause: unknown): NvError {
  const hint = 'Look at MaxSessions and DisableForwarding in its sshd_config.';
  return sshError(target, { code: 'NV_SSH_AUTH', message: 'the login succeeded but sshd opens no session', hint }, cause);
}
