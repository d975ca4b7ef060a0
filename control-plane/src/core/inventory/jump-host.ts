import type { Inventory } from './schema.ts';

/** `[user@]host[:port]` taken apart; `host` without brackets. */
export type JumpHost = { readonly user?: string; readonly host: string; readonly port?: number };

export function parseJump(jump: string): JumpHost {
  const match = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::([0-9]+))?$/.exec(jump);
  const [, user, bracketed, plain, port] = match ?? [];
  return {
    host: bracketed ?? plain ?? jump,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** The jump host in force for a host, as written; undefined when there is none or it is `none`. */
export function jumpOf(inventory: Inventory, name: string): string | undefined {
  const jump = inventory.hosts[name]?.ssh?.jump ?? inventory.ssh.jump;
  return jump === 'none' ? undefined : jump;
}

/** The host of the inventory a jump leads through, named by its name or address; undefined when it is a stranger. */
export function jumpTarget({ hosts }: Inventory, jump: string): string | undefined {
  const { host } = parseJump(jump);
  if (Object.hasOwn(hosts, host)) return host;
  return Object.keys(hosts).find((name) => hosts[name]?.address === host);
}
