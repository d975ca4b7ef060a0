import { describe, expect, it } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import { etcdData, etcdKey } from '../../../control-plane/src/core/facts/etcd.ts';
import type { HostFacts } from '../../../control-plane/src/core/facts/fact-source.ts';
import { hostKey } from '../../../control-plane/src/core/facts/host.ts';
import { partSchema, sitePlaybookSchema } from '../../../control-plane/src/core/playbook.ts';
import type { FactsResult } from '../../../control-plane/src/execute/next.ts';
import { skippedStage } from '../../../control-plane/src/execute/plan-events.ts';
import { planRun, verifyRun } from '../../../control-plane/src/execute/plan-run.ts';
import type { RunSite } from '../../../control-plane/src/execute/run-site.ts';
import type { RunRecord } from '../../../control-plane/src/ports/run-store.ts';
import { hostFact, runningPrimary, runningStandby } from '../../support/build-facts.ts';
import { buildLive } from '../../support/build-live.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { stillClock } from '../../support/still-clock.ts';

const clockMs = 1_700_000_000_000;
const clock = stillClock(new Date(clockMs).toISOString());
const fileOf = (sha256: string) => ({ type: 'file', mode: '0644', owner: 'root', group: 'root', sha256, target: null });

type World = {
  record?: Partial<RunRecord>;
  secrets?: Partial<RunSite['secrets']>;
  silent?: readonly string[];
  cluster?: string | null;
  authority?: string;
};

/** A site whose only step is the authority's certificate on every host; `authority` is what the hosts have. */
async function worldOf(world: World) {
  const store = memoryRunStore();
  const base = buildRunSite(buildRunRecord(world.record));
  const step = { name: 'authority', kind: 'file', path: '/etc/netvis/ca.crt', content: 'ours' };
  const unlocked: boolean[] = [];
  const run: RunSite = {
    ...base,
    playbook: sitePlaybookSchema.parse({ stages: [{ stage: 'base', part: 'base' }] }),
    parts: new Map([['base', partSchema.parse({ part: 'base', roles: 'all', steps: [step] })]]),
    secrets: {
      ...base.secrets,
      seal: (text) => ({ text, sha256: text === 'ours' ? 'a'.repeat(64) : 'f'.repeat(64) }),
      unlock: async (exists) => void unlocked.push(exists),
      ...world.secrets,
    },
  };
  await store.create(run.record);
  const results = run.site.hosts.map((host): FactsResult => {
    if (world.silent?.includes(host.name))
      return { host: host.name, ms: 1, problem: { code: 'NV_SSH_UNREACHABLE', host: host.name, message: 'refused' } };
    return { host: host.name, ms: 1, facts: { ...factsOf(host.address, world), ...databaseOf(host.name, run) } };
  });
  return { run, store, results, unlocked, plan: () => planRun(run, results, { store, clock }) };
}

function factsOf(address: string, { cluster = null, authority }: World): HostFacts {
  const file = authority === undefined ? null : fileOf(authority);
  return { host: { [hostKey]: hostFact(address, { cluster, clockMs }) }, file: { '/etc/netvis/ca.crt': file } };
}

/** A primary and its standby, where a cluster is. */
function databaseOf(host: string, { site }: RunSite): HostFacts {
  const server = host === 'pg1' ? runningPrimary() : host === 'pg2' ? runningStandby('10.0.0.4') : null;
  return server ? { postgres: { [site.postgres.dataDirectory]: server } } : {};
}

const problemsOf = async (store: Awaited<ReturnType<typeof worldOf>>['store']) =>
  (await store.events('run-1')).flatMap((event) => ('problem' in event && event.problem ? [event.problem.code] : []));

describe('planRun', () => {
  it('plans a batch for what differs and unlocks the secrets of a new cluster', async () => {
    const { plan, store, unlocked, run } = await worldOf({});
    expect(await plan()).toEqual({ kind: 'lock' });
    expect(unlocked).toEqual([false]);
    expect((await store.plan('run-1')).batches).toEqual([{ stage: 'base', hosts: run.site.hosts.map(({ name }) => name) }]);
  });

  it('serves a stage in the batches asked for, a share counted of all its hosts in the run', async () => {
    const { plan, store, run } = await worldOf({ record: { serial: '50%' } });
    await plan();
    const names = run.site.hosts.map(({ name }) => name);
    const half = names.length / 2;
    const expected = [names.slice(0, half), names.slice(half)].map((hosts) => ({ stage: 'base', hosts }));
    expect((await store.plan('run-1')).batches).toEqual(expected);
  });

  it('says which stage it leaves out on whom while a member of a quorum is away, in a preview as in an apply', async () => {
    for (const mode of ['plan', 'apply'] as const) {
      const { run, store, results } = await worldOf({ record: { mode }, cluster: 'demo', silent: ['lb2'] });
      const playbook = sitePlaybookSchema.parse({ stages: [{ stage: 'base', part: 'base', quorum: 'etcd' }] });
      const members = run.site.hosts.filter(({ name }) => ['lb1', 'lb2', 'pg1'].includes(name));
      const site = { ...run.site, byRole: { ...run.site.byRole, etcd: members } };
      const member = { [etcdKey(etcdData, site.etcd.clientPort)]: { member: true, healthy: true } };
      const withMembers = results.map((result) => ('facts' in result ? { ...result, facts: { ...result.facts, etcd: member } } : result));
      await planRun({ ...run, playbook, site }, withMembers, { store, clock });
      const told = (await store.events('run-1')).filter((event) => event.event === 'step' && event.host === 'lb1');
      expect(told).toMatchObject([{ step: 'stage base', outcome: 'skipped', summary: expect.stringContaining('lb2 cannot be reached') }]);
    }
  });

  it('ends without a batch when nothing differs', async () => {
    const { plan, unlocked } = await worldOf({ cluster: 'demo', authority: 'a'.repeat(64) });
    expect(await plan()).toEqual({ kind: 'end' });
    expect(unlocked).toEqual([true]);
  });

  it('generates no secret while a host is silent: the cluster may exist', async () => {
    const missing = async (exists: boolean) => {
      if (exists) throw new NvError({ code: 'NV_SECRETS_MISSING', message: 'no file' });
    };
    const { plan, store } = await worldOf({ silent: ['api1'], secrets: { unlock: missing } });
    expect(await plan()).toEqual({ kind: 'end' });
    expect(await problemsOf(store)).toEqual(['NV_SSH_UNREACHABLE', 'NV_SECRETS_MISSING']);
  });

  it('finds what forbids the apply before it unlocks any secret', async () => {
    const { plan, store, unlocked } = await worldOf({ cluster: 'another' });
    expect(await plan()).toEqual({ kind: 'end' });
    expect(unlocked).toEqual([]);
    expect(new Set(await problemsOf(store))).toEqual(new Set(['NV_PREFLIGHT']));
  });

  it('does nothing with secrets of another authority than the cluster’s', async () => {
    const { plan, store, run } = await worldOf({ cluster: 'demo', authority: 'b'.repeat(64) });
    expect(await plan()).toEqual({ kind: 'end' });
    expect(await problemsOf(store)).toEqual(run.site.hosts.map(() => 'NV_SECRETS_MISSING'));
  });

  it('previews a new cluster with placeholders: what would change, step by step, and no secret generated', async () => {
    const used: string[] = [];
    const { plan, store, unlocked, run } = await worldOf({
      record: { mode: 'plan' },
      secrets: { usePlaceholders: () => void used.push('placeholders') },
    });
    expect(await plan()).toEqual({ kind: 'end' });
    expect([used, unlocked]).toEqual([['placeholders'], []]);
    const steps = (await store.events('run-1')).filter((event) => event.event === 'step');
    expect(steps).toHaveLength(run.site.hosts.length);
    expect(steps[0]).toMatchObject({ stage: 'base', step: 'authority', outcome: 'changed' });
  });

  it('tells what changes in files where it is asked to: with the step of a preview, before the steps of an apply', async () => {
    const diff = '--- /dev/null\n+++ /etc/netvis/ca.crt\n@@ -0,0 +1,1 @@\n+ours\n\\ No newline at end of file';
    const told = async (record: Partial<RunRecord>) => {
      const { plan, store } = await worldOf({ record });
      await plan();
      return (await store.events('run-1')).filter(({ event }) => event === 'step' || event === 'diff')[0];
    };
    expect(await told({ mode: 'plan', diff: true })).toMatchObject({ event: 'step', step: 'authority', outcome: 'changed', diff });
    expect(await told({ mode: 'plan' })).not.toHaveProperty('diff');
    expect(await told({ mode: 'apply', diff: true })).toMatchObject({ event: 'diff', stage: 'base', step: 'authority', diff });
    expect(await told({ mode: 'apply' })).toBeUndefined();
  });

  it('passes on why the secrets cannot be opened', async () => {
    const unlock = async () =>
      Promise.reject(new NvError({ code: 'NV_SECRETS_IDENTITY', message: 'others can read it', hint: 'chmod 600' }));
    const { plan, store } = await worldOf({ secrets: { unlock } });
    expect(await plan()).toEqual({ kind: 'end' });
    expect(await problemsOf(store)).toEqual(['NV_SECRETS_IDENTITY']);
  });
});

describe('verifyRun', () => {
  const planned = { live: buildLive({}), systems: {}, lock: { given: 0, floor: 0 }, batches: [{ stage: 'base', hosts: ['lb1'] }] };

  it('is content when the hosts that changed match', async () => {
    const { run, store, results } = await worldOf({ cluster: 'demo', authority: 'a'.repeat(64) });
    await store.savePlan('run-1', planned);
    expect(await verifyRun(run, results, { store, clock })).toEqual({ kind: 'end' });
    expect(await store.events('run-1')).toEqual([]);
  });

  it('does not expect of a stage that was left out that it is done', async () => {
    const { run, store, results } = await worldOf({ cluster: 'demo', authority: 'b'.repeat(64) });
    await store.savePlan('run-1', planned);
    await store.append('run-1', [skippedStage({ host: 'lb1', stage: 'base', why: 'a member is away' })]);
    await verifyRun(run, results, { store, clock });
    expect(await store.events('run-1')).toHaveLength(1);
  });

  it('reports what still differs on a host that changed, and nothing of the others', async () => {
    const { run, store, results } = await worldOf({ cluster: 'demo', authority: 'b'.repeat(64) });
    await store.savePlan('run-1', planned);
    await verifyRun(run, results, { store, clock });
    const events = await store.events('run-1');
    expect(events).toMatchObject([{ event: 'step', host: 'lb1', outcome: 'failed', problem: { code: 'NV_NOT_CONVERGED' } }]);
    expect(events).toHaveLength(1);
  });
});
