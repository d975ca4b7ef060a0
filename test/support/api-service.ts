import { onTestFinished } from 'vitest';
import type { Api } from '../../control-plane/src/api/api.ts';
import { buildApi } from '../../control-plane/src/api/app.ts';
import { createClusterService } from '../../control-plane/src/api/cluster-service.ts';
import { createRunService } from '../../control-plane/src/api/run-service.ts';
import type { ApiServices, RunService } from '../../control-plane/src/api/service.ts';
import type { Principal, Scope } from '../../control-plane/src/core/access.ts';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { RunEvent, RunReport } from '../../control-plane/src/core/run-event.ts';
import { unfinishedRun } from '../../control-plane/src/execute/unfinished-run.ts';
import type { ResumeRequest, RunRequest, StartedRun } from '../../control-plane/src/pipeline.ts';
import type { RunStore } from '../../control-plane/src/ports/run-store.ts';
import { healthyReadings, statusSite } from './build-readings.ts';
import { memoryRunStore } from './memory-run-store.ts';
import { memoryInventories, memoryKeys, memoryReports } from './memory-service-stores.ts';
import { stillClock } from './still-clock.ts';

/** The service with everything behind it in memory; cluster `demo` is known, its agents' token is `agent-of-demo`. */
export type ServiceUnderTest = {
  readonly app: Api;
  readonly store: RunStore;
  readonly requests: RunRequest[];
  readonly clock: { ms: number };
  readonly impediments: string[];
  /** What the pipeline throws instead of starting a run. */
  startFails: NvError | null;
};

export const now = '2026-01-01T00:00:00.000Z';

/** The token of a scope in this service. */
export const tokenOf = (scope: Scope) => ({ authorization: `Bearer ${scope}-token` });
export const agentToken = { authorization: 'Bearer agent-of-demo' };

export async function openService(): Promise<ServiceUnderTest> {
  const parts = { store: memoryRunStore(), requests: [], clock: { ms: 0 }, impediments: [], startFails: null };
  const service: Omit<ServiceUnderTest, 'app'> = parts;
  const stop = new AbortController();
  const services: ApiServices = {
    runs: runService(service, stop.signal),
    clusters: createClusterService({ siteOf, reports: memoryReports(), clock: stillClock(now), lookAt }),
    authenticator: { user: async (token) => principals[token] ?? null, isAgentOf },
    impediments: async () => service.impediments,
  };
  const app = await buildApi({ services, version: '0.1.0', monotonicMs: () => service.clock.ms });
  onTestFinished(async () => {
    stop.abort();
    await app.close();
  });
  return Object.assign(service, { app });
}

function runService(service: Omit<ServiceUnderTest, 'app'>, stopping: AbortSignal): RunService {
  return createRunService({
    store: service.store,
    keys: memoryKeys(),
    inventories: memoryInventories({ demo: 'cluster: demo\n' }),
    watch: (run) => void run.events(stopping)[Symbol.asyncIterator]().next(),
    startRun: (request) => startRun(service, request),
    resumeRun: (request) => resumeRun(service, request),
  });
}

const principals: Readonly<Record<string, Principal>> = {
  'viewer-token': { name: 'vera', scope: 'viewer' },
  'operator-token': { name: 'olaf', scope: 'operator' },
  'admin-token': { name: 'ada', scope: 'admin' },
};

const isAgentOf = async (cluster: string, token: string) => token === `agent-of-${cluster}` && cluster === 'demo';

async function siteOf(cluster: string): Promise<ReturnType<typeof statusSite>> {
  if (cluster !== 'demo') throw new NvError({ code: 'NV_NOT_FOUND', message: `there is no cluster ${cluster}` });
  return statusSite();
}

const lookAt = async (_: unknown, hosts: readonly string[]) =>
  Object.fromEntries(Object.entries(healthyReadings()).filter(([host]) => hosts.includes(host)));

async function startRun(
  service: Omit<ServiceUnderTest, 'app'>,
  request: RunRequest & { mode: 'plan' | 'apply' | 'drift' },
): Promise<StartedRun> {
  service.requests.push(request);
  if (service.startFails) throw service.startFails;
  const id = `run-${service.requests.length}`;
  const { waitLockMs: _, ...rest } = request;
  await service.store.create({ ...rest, id, cluster: 'demo', lockEpoch: 1, createdAt: now });
  await service.store.append(id, [{ event: 'run', run: id, mode: request.mode, cluster: 'demo', hosts: ['pg1', 'pg2'] }]);
  return { id, events: (signal) => service.store.follow(id, 0, signal) };
}

async function resumeRun({ store }: Omit<ServiceUnderTest, 'app'>, { id, owner }: ResumeRequest): Promise<StartedRun> {
  const { mode, cluster } = await unfinishedRun(store, id);
  await store.reopen(id, { lockEpoch: 2, engine: 'another', owner, resumedAt: now });
  await store.append(id, [{ event: 'run', run: id, mode, cluster, hosts: ['pg1', 'pg2'] }]);
  return { id, events: (signal) => store.follow(id, 0, signal) };
}

/** Every kind of event a run can have between its first and its report. */
export const middleEvents: readonly RunEvent[] = [
  { event: 'phase', phase: 'facts' },
  { event: 'host', host: 'pg1', state: 'facts', ms: 12.5 },
  { event: 'host', host: 'pg2', state: 'unreachable', ms: 30, problem: { code: 'NV_SSH_TIMEOUT', message: 'no answer', host: 'pg2' } },
  { event: 'unchanged', host: 'pg1', steps: 7 },
  { event: 'lock', state: 'wanted' },
  { event: 'lock', state: 'waiting', holder: { run: 'run-0', owner: 'bob@lap', machine: 'lap', reason: 'apply', since: now } },
  { event: 'lock', state: 'held', epoch: 3 },
  { event: 'stage', stage: 'postgres', state: 'start', hosts: ['pg1'] },
  { event: 'step', host: 'pg1', stage: 'postgres', step: 'configuration', outcome: 'changed', summary: 'write it', ms: 3 },
  {
    event: 'step',
    host: 'pg1',
    stage: 'postgres',
    step: 'service',
    outcome: 'failed',
    summary: 'start it',
    problem: { code: 'NV_STEP_FAILED', message: 'exit 1' },
  },
  { event: 'stop', by: 'api:olaf' },
  { event: 'problem', problem: { code: 'NV_PREFLIGHT', message: 'small disk', severity: 'warning', rule: 'disk', hint: 'enlarge it' } },
];

export function reportOf(run: string): RunReport {
  return {
    run,
    mode: 'apply',
    outcome: 'failed',
    changed: 1,
    hosts: { pg1: { ok: 7, changed: 1, failed: 1, skipped: 0, ms: 12 }, pg2: { ok: 0, changed: 0, failed: 1, skipped: 0, ms: 30 } },
    problems: [{ code: 'NV_STEP_FAILED', message: 'exit 1', host: 'pg1', at: { file: 'playbooks/postgres.yaml', line: 3, column: 5 } }],
    ms: 50,
  };
}

/** Tells the rest of a run, up to its report. */
export async function finishRun(store: RunStore, run: string): Promise<void> {
  await store.append(run, [...middleEvents, { event: 'report', ...reportOf(run) }]);
}
