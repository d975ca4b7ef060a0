import { randomBytes, randomUUID } from 'node:crypto';
import { postgresActuator } from './actuators/postgres.ts';
import { askPeerBy } from './adapters/ask-peer.ts';
import { durableStateFile } from './adapters/durable-state-file.ts';
import { etcdLeaseStore } from './adapters/etcd/lease-store.ts';
import { guardFence } from './adapters/guard/guard-fence.ts';
import { hostMoment, hostMonotonicMs } from './adapters/host-clock.ts';
import { pause } from './adapters/pause.ts';
import { openPostgres } from './adapters/postgres/open-postgres.ts';
import { shownFiles } from './adapters/shown-files.ts';
import { postgresUnit } from './adapters/systemd/postgres-unit.ts';
import { bootId, type FailoverSite, placeOf, settingsOf } from './compose-failover-site.ts';
import type { AgentConfig, FailoverConfig } from './contract/agent-config.ts';
import type { HistoryEntry } from './contract/operator.ts';
import { createChronicle } from './failover/chronicle.ts';
import { createFailover, type Failover } from './failover/failover.ts';
import { createFenceWatch, type FenceWatch, type FenceWatchParts } from './failover/fence-watch.ts';
import { historyLog } from './failover/operator.ts';
import { createPeersLane } from './failover/peers-lane.ts';
import { createRequestBook, type RequestBook } from './failover/requests.ts';
import { createServerLanes } from './failover/server-lanes.ts';
import { createStoreLane } from './failover/store-lane.ts';
import type { LeaseStore } from './ports/lease-store.ts';
import type { Journal } from './ports/outlets.ts';

const postgresUnitName = 'netvis-postgres.service';
const guardSocket = '/run/netvis/guard.sock';
const guardBudgetMs = 200;
const keptHistory = 1000;
const guardEveryMs = 1000;
/** Requests are hinted at as they come. */
const requestsEveryMs = 5000;

export type OpenFailover = Failover & { run(signal: AbortSignal): Promise<void> };

/** PostgreSQL's failover of a host whose configuration has it; null elsewhere. */
export function openFailover(config: AgentConfig, journal: Journal): OpenFailover | null {
  const { failover, postgres } = config;
  return failover && postgres ? open({ config, failover, postgres }, journal) : null;
}

/** The lease store of a cluster. `pinned` is what a former process of this host knew of it. */
export function openLeaseStore({ cluster }: AgentConfig, failover: FailoverConfig, pinned: { clusterId: string | null }): LeaseStore {
  return etcdLeaseStore({
    ...failover.etcd,
    root: `netvis/${cluster}/postgres/`,
    known: { clusterId: pinned.clusterId, revisionFloor: '0' },
    hedgeMs: 120,
    monotonicMs: hostMonotonicMs,
  });
}

/** Who is told that something is known: the loop, which is made after those who tell it. */
type Bell = { ring(): void; look(): void };

function open(site: FailoverSite, journal: Journal): OpenFailover {
  const { config, failover } = site;
  const budgetMs = failover.timings.requestBudgetMs;
  const durable = durableStateFile(failover.stateDirectory);
  const store = openLeaseStore(config, failover, durable.load());
  const bell: Bell = { ring: () => undefined, look: () => undefined };
  const opened = openLanes({ site, journal, store, bell });
  const chronicle = createChronicle({ host: config.host, journal, append: (entry) => appendHistory(store, entry, budgetMs) });
  const refuse = (key: string, reason: string) => journal('warning', 'a request cannot be read', { key, reason });
  const requests = createRequestBook({ store, budgetMs, refuse });
  const { lanes, stateLane, peers, fence, server } = opened;
  const kept = createFailover({
    self: { host: config.host, instance: randomUUID(), bootId: bootId() },
    settings: settingsOf(failover),
    ...{ server: lanes, store: stateLane, peers, fence, durable, chronicle, ...timing },
    shown: shownFiles(),
    requests: requests.all,
    withdraw: requests.withdraw,
    kill: () => void server.control.kill().finally(lanes.look),
  });
  bell.ring = kept.wake;
  return { ...kept, run: (signal) => run({ ...opened, kept, store, requests }, signal) };
}

type Opening = { readonly site: FailoverSite; readonly journal: Journal; readonly store: LeaseStore; readonly bell: Bell };

/** Everything that looks and acts, each telling the bell when there is something to decide. */
function openLanes({ site, journal, store, bell }: Opening) {
  const { failover } = site;
  const { timings } = failover;
  const tell = {
    moment: hostMoment,
    changed: () => bell.ring(),
    failed: (operation: string, reason: string) => journal('warning', 'an operation failed', { operation, reason }),
  };
  const patienceMs = { reading: 1000, server: 1000, probe: Math.min(3000, timings.ttlMs) };
  const process = postgresUnit(postgresUnitName);
  const server = openPostgres(placeOf(site), { process, now: hostMoment, onEvent: () => bell.look(), patienceMs, probeRestMs: 1000 });
  const read = async () => (await server.sensor.read()).view;
  const carryOut = postgresActuator(server.control);
  const lanes = createServerLanes({ ...tell, read, carryOut, sleep: pause, renewMs: timings.renewMs });
  bell.look = lanes.look;
  return {
    server,
    lanes,
    stateLane: createStoreLane({ ...tell, store, budgetMs: timings.requestBudgetMs }),
    peers: createPeersLane({ ...tell, ask: askPeerBy(failover.hosts, failover.etcd.tls) }),
    fence: openFence(journal, { changed: tell.changed, postmaster: () => lanes.view()?.postmaster ?? null }),
  };
}

function openFence(journal: Journal, told: Pick<FenceWatchParts, 'changed' | 'postmaster'>): FenceWatch {
  const refused = (order: string, code: string) => journal('warning', 'netvis-guard refuses', { order, code });
  return createFenceWatch({ fence: guardFence(guardSocket), budgetMs: guardBudgetMs, ...told, refused });
}

type Running = ReturnType<typeof openLanes> & { readonly kept: Failover; readonly requests: RequestBook; readonly store: LeaseStore };

async function run({ kept, lanes, server, store, requests, fence, stateLane }: Running, signal: AbortSignal): Promise<void> {
  await fence.look();
  const readRequests = async () => {
    if (await requests.read()) kept.wake();
  };
  store.watch((hint) => {
    stateLane.hint(hint);
    if (requests.isMeant(hint)) void readRequests();
  }, signal);
  await Promise.all([lanes.run(signal), every(guardEveryMs, signal, fence.look), every(requestsEveryMs, signal, readRequests)]);
  kept.stop();
  server.sensor.close();
  store.close();
}

/** Calls again and again, each time `ms` after the last one ended, until the signal fires. */
async function every(ms: number, signal: AbortSignal, call: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await call();
    await pause(ms, signal);
  }
}

function callAt(monotonicMs: number, call: () => void): () => void {
  const timer = setTimeout(call, Math.max(1, monotonicMs - hostMonotonicMs()));
  return () => clearTimeout(timer);
}

const timing = { moment: hostMoment, callAt, callSoon: setImmediate };

/** An entry that the store does not take is in the journal still. */
function appendHistory(store: LeaseStore, entry: HistoryEntry, budgetMs: number): void {
  const id = `${Date.parse(entry.at)}-${randomBytes(3).toString('hex')}`;
  void store.append({ log: historyLog, id, text: JSON.stringify(entry), keep: keptHistory, budgetMs: budgetMs * 2 });
}
