import type { DatabasePair, Fault } from '../../bench/failover/faults.ts';
import { inside } from '../../bench/failover/inside-host.ts';
import type { System } from '../../bench/failover/system.ts';

/** A fault of the soak; one that `keepsPrimary` moved it for nothing when it moved it. */
export type SoakFault = Fault & { readonly keepsPrimary?: boolean };

/** A command on the primary or on the standby, and what undoes it there. */
export type OnHost = Pick<SoakFault, 'name' | 'title' | 'keepsPrimary'> & {
  readonly at: keyof DatabasePair;
  readonly movesPrimary?: boolean;
  readonly strike: (system: System) => string;
  readonly heal?: (system: System) => string;
};

/** The fault as the soak strikes with it. */
export function faultOf({ at, strike, heal, ...told }: OnHost): SoakFault {
  const run = async (system: System, hosts: DatabasePair, command: string) => void (await inside(system.lab, hosts[at], command));
  return {
    ...told,
    movesPrimary: told.movesPrimary ?? false,
    strike: (system, hosts) => run(system, hosts, strike(system)),
    ...(heal ? { heal: (system: System, hosts: DatabasePair) => run(system, hosts, heal(system)) } : {}),
  };
}
