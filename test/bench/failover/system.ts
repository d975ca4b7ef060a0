import type { Lab } from '../../lab/lab.ts';

export type SystemName = 'netvis' | 'patroni' | 'pg_auto_failover';

/** How the writer logs in. */
export type Login = { readonly user: string; readonly password: string; readonly database: string };

/** A database host as the bench meets it. */
export type DatabaseHost = { readonly name: string; readonly address: string };

/** Who is who now; `protectedBy` = synchronous standbys that stream, which the system itself would promote. */
export type Roles = { readonly primary: string | null; readonly protectedBy: readonly string[] };

/** A system that keeps PostgreSQL writable, on three lab hosts of its own: two with a database, the third for its majority. */
export type System = {
  readonly name: SystemName;
  /** Its version and its timings, for the report. */
  readonly settings: string;
  readonly lab: Lab;
  readonly databases: readonly DatabaseHost[];
  readonly login: Login;
  readonly dataDirectory: string;
  readonly socketDirectory: string;
  /** Asks the servers themselves; a host that does not answer plays no role. */
  roles(): Promise<Roles>;
  /** Runs statements as the superuser on the host itself. */
  superuser(host: string, sql: string): Promise<string>;
  /** A planned change of the primary; resolves once the system's own command ended. Rejects when it failed. */
  switchover(from: string, to: string): Promise<void>;
  /** What the system says of itself, for a failure's report. */
  describe(): Promise<string>;
};

/** Brings a system up on fresh hosts. */
export type OpenSystem = (options: { preset: Preset; say: (line: string) => void }) => Promise<System>;

export const presets = ['fast', 'balanced'] as const;
/** Only netvis has presets; the others run with their tightest settings. */
export type Preset = (typeof presets)[number];
