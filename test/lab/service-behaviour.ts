import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunReport } from '../../control-plane/src/core/run-event.ts';
import type { Status } from '../../control-plane/src/core/status/status.ts';
import type { Answer } from '../support/openapi-document.ts';
import { type Service, startService } from './service.ts';
import { eventually, type Stack } from './stack.ts';
import { healthyStatus, statusOf } from './stack-behaviour.ts';

const runs = '/api/v1/runs';
const cluster = 'netvis-lab-compact';
const apply = { method: 'POST', url: runs, body: { inventory: cluster, mode: 'apply' } } as const;

/** What the REST service must show beside the compact stack, applied from the command line; its inventory names the service. */
export function describeService(stack: () => Stack): void {
  const started: { service?: Service } = {};
  const service = () => started.service as Service;

  beforeAll(async () => {
    await stack().lab.inside('n1', 'systemctl stop ssh');
    started.service = await startService(stack());
  });

  afterAll(async () => {
    await stack().lab.inside('n1', 'systemctl start ssh');
    await started.service?.stop();
  });

  describeAgents(stack, service);
  describeRefusals(service);
  describeRuns(stack, service);
  describeFile(stack, service);

  describeEnds(stack, started);
}

function describeAgents(stack: () => Stack, service: () => Service): void {
  it('shows a host by what its agent sends when nobody can log in there', async () => {
    expect((await statusOf(stack())).hosts.n1?.state).toBe('unreachable');
    const status = await eventually(() => heardStatus(service()), { forMs: 30_000, everyMs: 1000 });
    expect(status.problems).toEqual([]);
    await stack().lab.inside('n1', 'systemctl start ssh');
  });
}

function describeRefusals(service: () => Service): void {
  it('answers 401 to whoever brings no token, and 403 to a user who speaks as an agent', async () => {
    const asked = [apply, { url: runs }, { url: `/api/v1/clusters/${cluster}`, path: '/api/v1/clusters/{name}' }];
    for (const call of asked) {
      expect(problemOf(await service().ask({ ...call, token: null }))).toEqual([401, 'NV_UNAUTHORIZED']);
      expect(problemOf(await service().ask({ ...call, token: 'nvt_guessed' }))).toEqual([401, 'NV_UNAUTHORIZED']);
    }
    const report = { url: `/api/v1/clusters/${cluster}/hosts/n1/report`, path: '/api/v1/clusters/{name}/hosts/{host}/report' };
    expect(problemOf(await service().ask({ ...report, method: 'POST', body: {} }))).toEqual([403, 'NV_FORBIDDEN']);
  });

  it('answers with problems that say what is wrong', async () => {
    const unknownRun = await service().ask({ url: `${runs}/none`, path: `${runs}/{id}` });
    expect(problemOf(unknownRun)).toEqual([404, 'NV_RUN_UNKNOWN']);
    const unknownCluster = await service().ask({ ...apply, body: { inventory: 'nowhere', mode: 'plan' } });
    expect(JSON.parse(unknownCluster.body)).toMatchObject({ code: 'NV_INVENTORY_MISSING' });
    const broken = await service().ask({ ...apply, body: { inventory: { text: 'cluster: Not A Name\nhots: {}\n' }, mode: 'plan' } });
    expect(JSON.parse(broken.body).findings.length).toBeGreaterThan(1);
  });

  it('says that it is ready', async () => {
    expect((await service().ask({ url: '/readyz', token: null })).statusCode).toBe(200);
    expect((await service().ask({ url: '/healthz', token: null })).statusCode).toBe(200);
  });
}

function describeRuns(stack: () => Stack, service: () => Service): void {
  it('applies nothing to a cluster as it should be, with the same report as the command line', async () => {
    const { report, events } = await applyThere(service());
    expect(report).toMatchObject({ outcome: 'done', changed: 0, problems: [] });
    expect(events.at(0)).toBe('run');
    const here = await stack().ctl.apply();
    expect(comparable(report)).toEqual(comparable(here.report));
    expect(events).toEqual(here.events.map(({ event }) => event));
  });

  it('starts one run for two requests with one key, and one that changes at a time', async () => {
    const keyed = { ...apply, headers: { 'idempotency-key': 'once' } };
    const first = await service().ask(keyed);
    const second = await service().ask(keyed);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(JSON.parse(second.body).id).toBe(JSON.parse(first.body).id);
    await service().events(JSON.parse(first.body).id);
    expect((await service().ask({ ...keyed, body: { inventory: cluster, mode: 'plan' } })).statusCode).toBe(422);
  });

  it('lists the runs of both, with who started them', async () => {
    const { body } = await service().ask({ url: `${runs}?limit=200`, path: runs });
    const owners = JSON.parse(body).runs.map(({ owner }: { owner: string }) => owner);
    expect(owners).toContain('api:first');
    expect(owners.some((owner: string) => owner.includes('@'))).toBe(true);
  });
}

function describeFile(stack: () => Stack, service: () => Service): void {
  it('puts a file back that was changed by hand, with the same report as the command line', async () => {
    const file = '/etc/postgresql-common/createcluster.d/netvis.conf';
    const content = async () => (await stack().lab.sudo('n2', `cat ${file}`)).stdout;
    const spoil = () => stack().lab.sudo('n2', `echo 'create_main_cluster = true' >> ${file}`);
    const original = await content();
    await spoil();
    const { report } = await applyThere(service());
    expect(report).toMatchObject({ outcome: 'done', changed: 1, hosts: { n2: { changed: 1 } } });
    expect(await content()).toBe(original);
    await spoil();
    expect(comparable((await stack().ctl.apply()).report)).toEqual(comparable(report));
    expect(await content()).toBe(original);
  });
}

function describeEnds(stack: () => Stack, started: { service?: Service }): void {
  const service = () => started.service as Service;

  it('ends the run in hand as interrupted when told to stop, and goes on with new ones after a start', async () => {
    await stack().lab.pause('n3');
    const { id } = JSON.parse((await service().ask(apply)).body);
    const stopped = service().stop();
    await eventually(() => expect(service().ask({ url: '/healthz' })).rejects.toThrow('fetch failed'), { forMs: 5000, everyMs: 20 });
    await stack().lab.resume('n3');
    expect(await stopped).toBe(0);
    started.service = await startService(stack());
    expect(await runOf(service(), id)).toMatchObject({ state: 'interrupted', report: { outcome: 'interrupted' } });
    expect((await service().events(id)).filter(({ event }) => event === 'report')).toHaveLength(1);
    expect((await applyThere(service())).report).toMatchObject({ outcome: 'done', changed: 0 });
  });

  it('stops when told to, and agents whose reports nobody takes trouble nobody', async () => {
    expect(await service().stop()).toBe(0);
    delete started.service;
    await eventually(
      async () => {
        const { stdout } = await stack().lab.sudo('n2', 'cat /run/netvis/report.json');
        expect(JSON.parse(stdout).agent.publishFailures).toBeGreaterThan(0);
      },
      { forMs: 15_000, everyMs: 1000 },
    );
    await healthyStatus(stack());
    expect((await stack().ctl('health', stack().inventory)).exitCode).toBe(0);
  });
}

/** Starts a run and waits for its report, which the run's last event and the run itself must tell alike. */
async function applyThere(service: Service): Promise<{ report: RunReport; events: readonly string[] }> {
  const answer = await service.ask(apply);
  expect(answer).toMatchObject({ statusCode: 202 });
  const { id } = JSON.parse(answer.body);
  expect(answer.headers.location).toBe(`${runs}/${id}`);
  const events = await service.events(id);
  const last = events.at(-1);
  expect(last?.event).toBe('report');
  const run = await runOf(service, id);
  expect(last?.data).toMatchObject(run.report);
  return { report: run.report, events: events.map(({ event }) => event) };
}

/** A run as the service tells it once it has ended. */
async function runOf(service: Service, id: string): Promise<{ state: string; report: RunReport }> {
  return JSON.parse((await service.ask({ url: `${runs}/${id}`, path: `${runs}/{id}` })).body);
}

/** The status once every host is known by a report that came no longer ago than agents leave between two. */
async function heardStatus(service: Service): Promise<Status> {
  const answer = await service.ask({ url: `/api/v1/clusters/${cluster}`, path: '/api/v1/clusters/{name}' });
  const status = JSON.parse(answer.body) as Status;
  expect(Object.values(status.hosts).map(({ state, reportAgeMs }) => [state, (reportAgeMs ?? Number.NaN) < 5000])).toEqual(
    Object.keys(status.hosts).map(() => ['ok', true]),
  );
  return status;
}

/** A report without what no two runs share: its id and times. */
function comparable({ hosts, ...report }: RunReport) {
  const counts = Object.entries(hosts).map(([host, { ms: _, ...rest }]) => [host, rest]);
  return {
    mode: report.mode,
    outcome: report.outcome,
    changed: report.changed,
    problems: report.problems,
    hosts: Object.fromEntries(counts),
  };
}

function problemOf(answer: Answer): [number, string] {
  return [answer.statusCode, JSON.parse(answer.body).code];
}
