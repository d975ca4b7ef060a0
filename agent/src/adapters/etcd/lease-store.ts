import type { TlsFiles } from '../../contract/agent-config.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import { gatewayAsker } from './ask.ts';
import { httpsExchange } from './exchange.ts';
import { listingVerbs } from './listing-verbs.ts';
import { recordVerbs } from './record-verbs.ts';
import { watchKeys } from './watch.ts';
import type { Known } from './witness.ts';

export type EtcdSettings = {
  /** `https://address:port` of each member; this host's own, or the nearest, first. */
  readonly endpoints: readonly string[];
  readonly tls: TlsFiles;
  /** Before every key, e.g. `netvis/demo/`. */
  readonly root: string;
  readonly known: Known;
  /** How long a member may take before the next one is asked too. */
  readonly hedgeMs: number;
  /** Never goes back; `sentAtMs` is read from it. */
  readonly monotonicMs: () => number;
};

/** The lease store on etcd's JSON gateway. Connects at the first call. */
export function etcdLeaseStore(settings: EtcdSettings): LeaseStore {
  const exchange = httpsExchange(settings.tls);
  const asker = gatewayAsker(settings, exchange);
  return {
    ...recordVerbs(asker, settings),
    ...listingVerbs(asker, settings),
    watch: (onHint, signal) => watchKeys({ exchange, endpoints: settings.endpoints, root: settings.root, onHint }, signal),
    close: () => exchange.close(),
  };
}
