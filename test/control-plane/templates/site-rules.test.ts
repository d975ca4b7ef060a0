import { describe, expect, it } from 'vitest';
import { agentConfigSchema } from '../../../agent/src/contract/agent-config.ts';
import { loadSite } from '../../../control-plane/src/adapters/yaml/load-site.ts';
import type { Step } from '../../../control-plane/src/core/expand-playbook.ts';
import { hasSecret } from '../../../control-plane/src/core/secret.ts';
import type { LiveRoles } from '../../../control-plane/src/core/site.ts';
import { blankRoles, expandSite, renderSite } from '../../support/render-site.ts';
import { repositoryPath } from '../../support/repository-path.ts';

type FileSettings = { readonly path: string; readonly mode: string; readonly content: { readonly text: string } };

const sites = ['inventory/full.yaml', 'inventory/compact.yaml', 'test/cases/sites/five.yaml'];
const isFile = ({ kind }: Step) => kind === 'file';
const fileOf = ({ settings }: Step) => settings as FileSettings;

/** The unit whose file or drop-in lies at a path. */
const unitOf = (path: string) => /^\/etc\/systemd\/system\/([^/]+\.service)(?:\.d\/.*)?$/.exec(path)?.[1];

describe.each(sites)('in %s', (inventory) => {
  it('every unit that is told to act is looked after later in the same stage', async () => {
    for (const [host, steps] of await renderSite(inventory)) {
      const late = steps.flatMap((step, i) =>
        step.notify
          .filter(({ unit }) => !steps.slice(i).some((other) => isServiceOf(other, { unit, stage: step.stage })))
          .map(({ unit }) => unit),
      );
      expect({ host, late }).toEqual({ host, late: [] });
    }
  });

  it('what holds a secret is not readable by everybody', async () => {
    const files = await allFiles(inventory);
    const holders = files.filter(({ path, content }) => hasSecret(content.text) && !publicFiles.has(path));
    expect(holders.length).toBeGreaterThan(5);
    expect(holders.filter(({ mode }) => !mode.endsWith('0'))).toEqual([]);
  });

  it('every unit of ours is started again however often it failed', async () => {
    const units = (await allFiles(inventory)).filter(({ path }) => path.startsWith('/etc/systemd/system/'));
    expect(units.filter(({ content }) => !content.text.includes('\nStartLimitIntervalSec=0\n'))).toEqual([]);
    expect(units.length).toBeGreaterThan(5);
  });

  it('whoever writes a unit’s file tells that unit, which has systemd read it', async () => {
    const steps = [...(await renderSite(inventory)).values()].flat().filter(isFile);
    const written = steps.map((step) => ({ unit: unitOf(fileOf(step).path), told: step.notify.map(({ unit }) => unit) }));
    const units = written.filter(({ unit }) => unit !== undefined);
    expect(units.filter(({ unit, told }) => !told.includes(unit ?? ''))).toEqual([]);
    expect(units.length).toBeGreaterThan(5);
  });

  it('the agent understands its file', async () => {
    const files = (await allFiles(inventory)).filter(({ path }) => path === '/etc/netvis/agent.json');
    for (const { content } of files) expect(agentConfigSchema.safeParse(JSON.parse(content.text)).error).toBeUndefined();
  });

  it('a host’s steps have names of their own in their stage', async () => {
    for (const steps of (await renderSite(inventory)).values()) {
      const names = steps.map(({ stage, id }) => `${stage} ${id}`);
      expect(names).toEqual([...new Set(names)]);
    }
  });
});

it('a cluster that has failed over is rendered round the hosts that hold the roles now', async () => {
  const { site } = await loadSite(repositoryPath('inventory/full.yaml'));
  const live: LiveRoles = {
    ...blankRoles(site),
    postgres: {
      bootstrapped: true,
      primary: 'pg2',
      address: '192.168.1.32',
      standbys: ['pg1'],
      primaryRuns: true,
      limits: { max_wal_senders: 14 },
    },
    redis: { bootstrapped: true, master: 'redis2', address: '192.168.1.34' },
    etcd: { bootstrapped: true },
  };
  const hosts = await expandSite(site, live);
  const kinds = (host: string) => hosts.get(host)?.map(({ kind }) => kind) ?? [];
  const text = (host: string, path: string) =>
    hosts
      .get(host)
      ?.filter(isFile)
      .map(fileOf)
      .find((file) => file.path === path)?.content.text ?? '';
  const block = hosts.get('api1')?.find(({ kind }) => kind === 'block')?.settings;
  expect(block).toMatchObject({ content: expect.stringContaining('192.168.1.101 postgres-primary\n192.168.1.34 redis-master\n') });
  expect(text('pg1', '/etc/netvis/postgres/postgresql.conf')).toContain('\nmax_wal_senders = 14\n');
  expect([kinds('pg1').includes('postgres-streaming'), kinds('pg2').includes('postgres-streaming')]).toEqual([true, false]);
  expect([kinds('redis1').includes('redis-replica'), kinds('redis2').includes('redis-replica')]).toEqual([true, false]);
  expect(text('sentinel1', '/var/lib/netvis/etcd/first-start.env')).toBe('ETCD_INITIAL_CLUSTER_STATE=existing\n');
});

it('who may connect is settled on every server before one of them copies the primary', async () => {
  const { site } = await loadSite(repositoryPath('inventory/full.yaml'));
  const blank = blankRoles(site);
  const running: LiveRoles = { ...blank, postgres: { ...blank.postgres, bootstrapped: true, primaryRuns: true } };
  const stageOf = (steps: readonly Step[], name: string) => steps.find((step) => step.name === name)?.stage;
  for (const [live, roleStage] of [
    [blank, 'postgres'],
    [running, 'postgres-access'],
  ] as const) {
    const hosts = await expandSite(site, live);
    const [primary = [], standby = []] = [hosts.get('pg1'), hosts.get('pg2')];
    expect(['pg_hba.conf', 'the standby streams'].map((name) => stageOf(standby, name))).toEqual(['postgres-access', 'postgres']);
    expect(['pg_hba.conf', 'replication role'].map((name) => stageOf(primary, name))).toEqual(['postgres-access', roleStage]);
    const stages = [...new Set(primary.map(({ stage }) => stage))];
    expect(stages.indexOf('postgres-access')).toBeLessThan(stages.indexOf('postgres'));
  }
});

it('a load balancer joins only when those that run know it', async () => {
  const lb = (await renderSite('inventory/full.yaml')).get('lb1') ?? [];
  const starts = lb.filter(({ kind, settings }) => kind === 'service' && (settings as { unit: string }).unit === 'keepalived.service');
  expect(starts.map(({ stage, settings }) => [stage, (settings as { state: string }).state])).toEqual([
    ['keepalived', 'as-found'],
    ['keepalived-start', 'started'],
  ]);
});

/** Certificates are for everybody. */
const publicFiles: ReadonlySet<string> = new Set(['/etc/netvis/ca.crt', '/etc/netvis/nginx/site.crt']);

async function allFiles(inventory: string): Promise<readonly FileSettings[]> {
  return [...(await renderSite(inventory)).values()].flatMap((steps) => steps.filter(isFile).map(fileOf));
}

function isServiceOf({ kind, stage, settings }: Step, wanted: { unit: string; stage: string }): boolean {
  return kind === 'service' && stage === wanted.stage && (settings as { unit: string }).unit === wanted.unit;
}
