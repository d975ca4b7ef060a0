/**
 * The timing presets: one name sets the lease, the fence, etcd, VRRP and Sentinel together,
 * so that no two of them can contradict each other.
 */
export type PresetName = 'fast' | 'balanced' | 'wide';

/** VRRP settings of one kind of VIP. Version 3 takes fractions of a second and has no authentication. */
export type VrrpTiming = { readonly version: 2 | 3; readonly advertSeconds: number };

/** Every timing of a cluster; units are in the names. */
export type Timings = {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly requestBudgetMs: number;
  readonly agentStopMs: number;
  readonly guardKillMs: number;
  readonly standbyGoneMs: number;
  readonly etcd: { readonly heartbeatMs: number; readonly electionMs: number };
  readonly webVrrp: VrrpTiming;
  readonly dataVrrp: VrrpTiming;
  readonly sentinel: { readonly downAfterMs: number; readonly failoverTimeoutMs: number };
  /** nginx `proxy_connect_timeout`, seconds. */
  readonly proxyConnectSeconds: number;
};

export const presets: Readonly<Record<PresetName, Timings>> = {
  fast: {
    ttlMs: 3000,
    renewMs: 500,
    requestBudgetMs: 500,
    agentStopMs: 2200,
    guardKillMs: 2400,
    standbyGoneMs: 2000,
    etcd: { heartbeatMs: 100, electionMs: 500 },
    webVrrp: { version: 3, advertSeconds: 0.3 },
    dataVrrp: { version: 3, advertSeconds: 0.1 },
    sentinel: { downAfterMs: 1000, failoverTimeoutMs: 6000 },
    proxyConnectSeconds: 1,
  },
  balanced: {
    ttlMs: 5000,
    renewMs: 1000,
    requestBudgetMs: 1000,
    agentStopMs: 3700,
    guardKillMs: 4000,
    standbyGoneMs: 3000,
    etcd: { heartbeatMs: 100, electionMs: 500 },
    webVrrp: { version: 2, advertSeconds: 1 },
    dataVrrp: { version: 3, advertSeconds: 0.1 },
    sentinel: { downAfterMs: 5000, failoverTimeoutMs: 10_000 },
    proxyConnectSeconds: 1,
  },
  wide: {
    ttlMs: 15_000,
    renewMs: 3000,
    requestBudgetMs: 3000,
    agentStopMs: 11_000,
    guardKillMs: 12_000,
    standbyGoneMs: 10_000,
    etcd: { heartbeatMs: 300, electionMs: 3000 },
    webVrrp: { version: 2, advertSeconds: 1 },
    dataVrrp: { version: 3, advertSeconds: 0.3 },
    sentinel: { downAfterMs: 10_000, failoverTimeoutMs: 30_000 },
    proxyConnectSeconds: 5,
  },
};
