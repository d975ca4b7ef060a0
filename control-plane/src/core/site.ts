import type { Inventory, Role, SshSettings, Vip } from './inventory/schema.ts';
import type { Timings } from './timings.ts';

/** A host as templates and playbooks see it. `name` is the inventory's key. */
export type SiteHost = {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly Role[];
  /** 0-based position among the hosts of the whole inventory; a stable number for ids and priorities. */
  readonly index: number;
  readonly ssh: SshSettings;
};

/** The live roles of the cluster as read from the hosts; on a blank cluster the inventory's initial ones. */
export type LiveRoles = {
  /** `bootstrapped` = some host carries a data directory. */
  readonly postgres: {
    readonly bootstrapped: boolean;
    readonly primary: string;
    readonly address: string;
    /** The other postgres hosts that answered: standbys that can be expected to stream. */
    readonly standbys?: readonly string[];
    /** The primary is up; absent = it is not. */
    readonly primaryRuns?: boolean;
    /** Its settings in force by which no standby may be below it; absent = it did not tell. */
    readonly limits?: Readonly<Record<string, number>>;
  };
  readonly redis: { readonly bootstrapped: boolean; readonly master: string; readonly address: string };
  /** `bootstrapped` = some host carries a member's data; `hasMajority` = most members see a leader, absent = they do not. */
  readonly etcd: { readonly bootstrapped: boolean; readonly hasMajority?: boolean };
  /** Host that holds the web VIP now, if any. */
  readonly webVipHolder: string | null;
};

/**
 * The pure model of a site: the inventory with its preset resolved and its hosts as a list. `initialPrimary` and
 * `initialMaster` are the first host of the role where the inventory names none (empty when no host has the role);
 * `quorum` is a majority of the Sentinels where it gives none.
 */
export type Site = Omit<Inventory, 'hosts' | 'vips' | 'postgres' | 'redis'> & {
  readonly postgres: Inventory['postgres'] & { readonly initialPrimary: string };
  readonly redis: Inventory['redis'] & { readonly initialMaster: string; readonly quorum: number };
  readonly hosts: readonly SiteHost[];
  /** Hosts by role; every role is present, possibly empty. */
  readonly byRole: Readonly<Record<Role, readonly SiteHost[]>>;
  readonly timings: Timings;
  readonly vips: { readonly web: SiteVip; readonly postgres?: SiteVip; readonly redis?: SiteVip };
};

/** A VIP with its address split: `address` without prefix, `cidr` as in the inventory. */
export type SiteVip = { readonly address: string; readonly prefix: number; readonly cidr: string; readonly routerId: Vip['routerId'] };
