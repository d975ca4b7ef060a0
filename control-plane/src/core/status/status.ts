import type { Role } from '../inventory/schema.ts';
import type { Finding } from './finding.ts';

/** The object of `status --json`: names are a contract. `null` = not known. */
export type Status = {
  readonly cluster: string;
  /** Nothing critical. */
  readonly ok: boolean;
  readonly postgres: PostgresStatus;
  readonly redis: RedisStatus;
  readonly vips: Readonly<Record<string, VipStatus>>;
  readonly etcd: EtcdStatus;
  readonly hosts: Readonly<Record<string, HostStatus>>;
  readonly problems: readonly Finding[];
};

export type PostgresStatus = {
  readonly primary: string | null;
  /** Epoch of the lease; null while no lease is kept. */
  readonly epoch: number | null;
  readonly timeline: number | null;
  /** Hosts whose copy commits wait for. */
  readonly sync: readonly string[];
  readonly members: readonly PostgresMember[];
};
export type PostgresMember = {
  readonly host: string;
  readonly role: 'primary' | 'replica' | 'down' | 'unknown';
  readonly lagBytes: number | null;
  /** `running`, the walsender's state (`streaming`, `catchup` …), `disconnected`, `down` or `unknown`. */
  readonly state: string;
};

export type RedisStatus = {
  readonly master: string | null;
  readonly members: readonly RedisMember[];
  /** `known` = Sentinels every answering Sentinel knows of; `master` = the host they all name. */
  readonly sentinels: { readonly known: number; readonly quorum: number; readonly ok: boolean; readonly master: string | null };
};
export type RedisMember = {
  readonly host: string;
  readonly role: 'master' | 'replica' | 'down' | 'unknown';
  readonly lagBytes: number | null;
  /** `running`, `online`, `disconnected`, `down` or `unknown`. */
  readonly state: string;
};

/** `watched` = some host that answers looks whether it holds the address. */
export type VipStatus = { readonly address: string; readonly holders: readonly string[]; readonly watched: boolean };

export type EtcdStatus = {
  readonly leader: string | null;
  /** A majority of the members is healthy and agrees on a leader. */
  readonly healthy: boolean;
  readonly members: readonly { readonly host: string; readonly state: 'healthy' | 'unhealthy' | 'unknown' }[];
};

export type HostStatus = {
  readonly address: string;
  readonly roles: readonly Role[];
  readonly state: 'ok' | 'warning' | 'critical' | 'unreachable' | 'unknown';
  /** Age of the agent's report. */
  readonly reportAgeMs: number | null;
  readonly agentVersion: string | null;
  /** Checks that are not good: name and message. */
  readonly failing: readonly { readonly check: string; readonly state: string; readonly message: string }[];
};
