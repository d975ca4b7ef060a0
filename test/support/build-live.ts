import type { LiveRoles } from '../../control-plane/src/core/site.ts';

/** The live roles of a blank cluster, with what a test changes. */
export function buildLive(over: Partial<LiveRoles>): LiveRoles {
  return {
    postgres: { bootstrapped: false, primary: 'pg1', address: '10.0.0.1' },
    redis: { bootstrapped: false, master: 'redis1', address: '10.0.0.2' },
    etcd: { bootstrapped: false },
    webVipHolder: null,
    ...over,
  };
}
