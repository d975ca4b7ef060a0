import type {
  AgentEvent,
  CertificateReading,
  EtcdReading,
  FailoverReading,
  PostgresReading,
  RedisReading,
  SentinelReading,
  SystemReading,
} from '../contract/health-report.ts';
import type { Reading } from './reading.ts';
import type { UnitState } from './readings/unit-states.ts';

/** Everything the sensors of one tick saw. A service the configuration does not name is absent. */
export type Readings = {
  /** Those of the watched names that live, as the kernel cuts them. */
  readonly processes: Reading<ReadonlySet<string>>;
  readonly units: Reading<ReadonlyMap<string, UnitState>>;
  /** Outcome of each http and tcp check, by the check's name. */
  readonly probes: ReadonlyMap<string, Reading<string>>;
  readonly system: SystemReading;
  readonly certificates: readonly CertificateReading[];
  readonly postgres?: PostgresReading;
  readonly redis?: RedisReading;
  readonly sentinel?: SentinelReading;
  readonly etcd?: EtcdReading;
  readonly failover?: FailoverReading;
  /** Addresses of this host's interfaces. */
  readonly addresses: ReadonlySet<string>;
  readonly events: readonly AgentEvent[];
};
