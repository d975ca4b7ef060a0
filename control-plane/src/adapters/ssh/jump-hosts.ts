import { type ConnectSettings, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { type Shared, sharedWhile } from './shared-while.ts';
import type { SshTarget } from './target.ts';

/** The connections to jump hosts, one for all the hosts behind it. */
export type JumpHosts = {
  open(jump: SshTarget): Promise<Connection>;
  closeAll(): Promise<void>;
};

export function createJumpHosts(settings: Omit<ConnectSettings, 'openJump'>): JumpHosts {
  const shared = new Map<string, Shared<Connection>>();
  const open = (jump: SshTarget): Promise<Connection> => {
    const key = wayTo(jump);
    const make = () => connect(jump, { ...settings, openJump: open });
    const connection = shared.get(key) ?? sharedWhile(make, ({ lost }) => !lost.aborted);
    shared.set(key, connection);
    return connection.get();
  };
  const closeAll = async () => {
    const opened = await Promise.all([...shared.values()].map((connection) => connection.drop()));
    for (const connection of opened) connection?.dispose();
  };
  return { open, closeAll };
}

/** Two hosts share a jump host when they reach it by the same way with the same keys. */
function wayTo(jump: SshTarget): string {
  const { name, jump: via, ...rest } = jump;
  return JSON.stringify([rest, via && wayTo(via)]);
}
