import type { SshSettings } from '../../core/inventory/schema.ts';

/** Everything needed to reach one host, with all defaults applied and all paths absolute. */
export type SshTarget = {
  /** The inventory's name, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key files, tried in order. `stated` = named by the inventory, so must be usable. */
  readonly keys: readonly { readonly path: string; readonly stated: boolean }[];
  /** Socket of the ssh-agent, tried after the keys. */
  readonly agentSocket: string | undefined;
  /** known_hosts files; the first is pinned to. */
  readonly knownHosts: readonly string[];
  readonly jump: SshTarget | undefined;
  readonly become: SshSettings['become'];
};
