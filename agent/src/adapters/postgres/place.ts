import { dirname, join } from 'node:path';

/** Where this host's PostgreSQL lies and how the agent and the other database hosts reach it. */
export type PostgresPlace = {
  /** This host's name. */
  readonly host: string;
  /** PostgreSQL's programs. */
  readonly programs: string;
  readonly dataDirectory: string;
  /** apply's postgresql.conf: it includes `ownSettings` last and names `gate` as its `hba_file`. */
  readonly configFile: string;
  /** The agent's own directory, readable for the server. */
  readonly ownDirectory: string;
  /** apply's rules for clients, in pg_hba.conf's format. */
  readonly clientRules: string;
  readonly socketDirectory: string;
  readonly port: number;
  readonly superuser: string;
  readonly database: string;
  /** Whom the server's processes and files belong to. */
  readonly systemUser: { readonly uid: number; readonly gid: number };
  readonly replication: Replication;
  /** Every other database host. */
  readonly peers: Readonly<Record<string, PeerAddress>>;
};

/** How database hosts reach each other's servers. */
export type Replication = {
  readonly user: string;
  /** In libpq's format. */
  readonly passfile: string;
  /** PEM of the authority that signed the servers' certificates; null = no TLS. */
  readonly caPath: string | null;
};

export type PeerAddress = { readonly address: string; readonly port: number };

/** Every path the agent writes. Those beside the data directory lie on its file system, so that a rename is one step. */
export function pathsOf({ dataDirectory, ownDirectory }: PostgresPlace) {
  return {
    parent: dirname(dataDirectory),
    ownSettings: join(ownDirectory, 'postgresql.conf'),
    gate: join(ownDirectory, 'pg_hba.conf'),
    incarnation: join(dataDirectory, 'netvis-incarnation'),
    lineage: join(dataDirectory, 'netvis-lineage'),
    standbySignal: join(dataDirectory, 'standby.signal'),
    recoverySignal: join(dataDirectory, 'recovery.signal'),
    autoConf: join(dataDirectory, 'postgresql.auto.conf'),
    postmaster: join(dataDirectory, 'postmaster.pid'),
    halfMade: `${dataDirectory}.half-made`,
    /** A copy under way; renamed to `copied` when it is whole. */
    copying: `${dataDirectory}.copying`,
    copied: `${dataDirectory}.copied`,
    /** Data that may hold acknowledged rows found nowhere else. */
    kept: `${dataDirectory}.kept`,
    dropped: `${dataDirectory}.dropped`,
  };
}
