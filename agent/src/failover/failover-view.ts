import type { Moment } from '../core/failover/moment.ts';
import type { PostgresView } from '../core/failover/postgres-view.ts';
import type { Request } from '../core/failover/request.ts';
import type { Settings } from '../core/failover/settings.ts';
import type { Self, View } from '../core/failover/view.ts';
import type { Shown } from '../ports/shown.ts';
import type { FenceWatch } from './fence-watch.ts';
import type { PeersLane } from './peers-lane.ts';
import type { ServerLanes } from './server-lanes.ts';
import type { StoreLane } from './store-lane.ts';

/** The parts a view is put together from. */
export type ViewParts = {
  readonly self: Self;
  readonly settings: Settings;
  readonly server: ServerLanes;
  readonly store: StoreLane;
  readonly peers: PeersLane;
  readonly fence: FenceWatch;
  readonly shown: Shown;
  requests(): readonly Request[];
};

/** Everything a decision may depend on, as it is known at `now`. `postgres` is the last look at the server. */
export function viewOf(parts: ViewParts, now: Moment, postgres: PostgresView): View {
  const { self, settings, server, store, peers, fence, shown } = parts;
  return {
    now,
    self,
    settings,
    store: store.view(),
    fence: fence.view(),
    leaseFile: fence.leaseFile(),
    postgres,
    peers: peers.view(),
    requests: parts.requests(),
    lanes: { store: store.lane(), peers: peers.lane(), ...server.lanes() },
    shown: shown.read(),
  };
}
