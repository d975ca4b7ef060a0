import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChangedSteps, changedSteps } from './changed-steps.ts';
import { eventually, openStack, type Stack } from './stack.ts';
import { describeStackFromOutside, healthyStatus, postgresRoles, statusOf } from './stack-behaviour.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await openStack('full', { fresh: true });
});

afterAll(async () => {
  await stack.lab.down();
});

describe('the built netvis-ctl', () => {
  it('writes a starter inventory that is fit to be applied', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'netvis-starter-'));
    expect((await stack.ctl('init', '--compact', directory)).exitCode).toBe(0);
    expect(await stack.ctl('validate', join(directory, 'inventory.yaml'))).toMatchObject({ exitCode: 0, stderr: '' });
    await rm(directory, { recursive: true });
  });
});

describe('netvis-ctl apply on 13 blank hosts', () => {
  let planned: ChangedSteps;

  it('plans the whole stack without touching a host', async () => {
    const plan = await stack.ctl.plan('--detailed-exitcode');
    expect(plan).toMatchObject({ exitCode: 2, stderr: '' });
    expect((await stack.lab.sudo('pg1', 'test -e /etc/netvis')).exitCode).toBe(1);
    planned = changedSteps(plan.events);
  });

  it('brings the whole stack up, on each host by the planned steps in the planned order', async () => {
    const { exitCode, report, events } = await stack.ctl.apply();
    expect(report.problems).toEqual([]);
    expect(exitCode).toBe(0);
    expect(Object.keys(report.hosts)).toHaveLength(13);
    expect(changedSteps(events)).toEqual(planned);
  });

  it('changes nothing the second time', async () => {
    const { exitCode, report } = await stack.ctl.apply();
    expect(exitCode).toBe(0);
    expect(report.changed).toBe(0);
  });

  it('shows everything green, to people and to monitoring', async () => {
    const status = await healthyStatus(stack);
    expect(status.postgres.primary).toBe('pg1');
    expect(status.redis.master).toBe('redis1');
    expect((await stack.ctl('health', stack.inventory)).exitCode).toBe(0);
  });

  describeStackFromOutside(() => stack);

  it('tells no secret in a file others can read, a process list, an event or the queue', async () => {
    const secrets = await Promise.all(
      ['postgres', 'redis', 'jwt', 'postgres-replication'].map(async (name) =>
        (await stack.ctl('secrets', 'show', name, '-i', stack.inventory)).stdout.trim(),
      ),
    );
    for (const { name } of await stack.lab.hosts()) {
      const readable = await stack.lab.sudo(
        name,
        `find /etc /opt/netvis /var/lib/netvis -xdev -type f -perm /o=r -size -200k -exec grep -lF -e ${secrets.join(' -e ')} {} +; cat /proc/*/cmdline | tr '\\0' ' ' | grep -F -e ${secrets.join(' -e ')} | grep -v 'grep -'`,
      );
      expect({ host: name, found: readable.stdout }).toEqual({ host: name, found: '' });
    }
    const logs = (await stack.ctl('runs', 'list', '--json')).stdout;
    for (const secret of secrets) expect(logs).not.toContain(secret);
  });
});

describe('a live cluster', () => {
  it('shows a killed nginx before systemd starts it again', async () => {
    await stack.lab.sudo('lb2', 'systemctl kill -s KILL nginx');
    await eventually(async () => expect(await nginxProblems()).not.toEqual([]), { forMs: 9000, everyMs: 100 });
    await healthyStatus(stack);
  });

  it('gets a stopped nginx back, and nothing else is changed', async () => {
    await stack.lab.sudo('lb2', 'systemctl stop nginx');
    const { report } = await stack.ctl.apply();
    expect(report).toMatchObject({ outcome: 'done', changed: 1, hosts: { lb2: { changed: 1 } } });
    await healthyStatus(stack);
  });

  it('is left alone when its secrets file is away', async () => {
    const file = join(stack.lab.files.folder, 'lab.secrets.age');
    await rename(file, `${file}.away`);
    const { exitCode, report } = await stack.ctl.apply();
    await rename(`${file}.away`, file);
    expect(exitCode).toBe(6);
    expect(report).toMatchObject({ changed: 0, outcome: 'refused', problems: [{ code: 'NV_SECRETS_MISSING' }] });
    expect((await stack.ctl.apply()).report.changed).toBe(0);
  });

  it('keeps its roles after a Sentinel failover', async () => {
    await stack.redis(stack.at.sentinels[0] as string, 26_379, 'SENTINEL', 'FAILOVER', 'netvis-master');
    await eventually(async () => expect((await statusOf(stack)).redis.master).toBe('redis2'), { forMs: 60_000, everyMs: 1000 });
    await healthyStatus(stack);
    const before = await stack.lab.sudo('sentinel1', 'sha256sum /etc/redis/sentinel.conf');
    const first = await stack.ctl.apply();
    expect(first.report.problems).toEqual([]);
    expect((await stack.lab.sudo('sentinel1', 'sha256sum /etc/redis/sentinel.conf')).stdout).toBe(before.stdout);
    expect((await stack.ctl.apply()).report.changed).toBe(0);
    expect((await healthyStatus(stack)).redis.master).toBe('redis2');
    expect(JSON.parse(await stack.get(`https://${stack.at.web}/api/visits`)).redis.role).toBe('master');
  });

  it('moves the primary when it is told to, and the next apply changes nothing', async () => {
    expect(await stack.ctl('switchover', 'postgres', '--to', 'pg2', '-i', stack.inventory)).toMatchObject({ exitCode: 0 });
    const status = await healthyStatus(stack, 120_000);
    expect(status.postgres).toMatchObject({ primary: 'pg2', sync: ['pg1'] });
    expect(await postgresRoles(stack, stack.at.postgres)).toEqual({ primary: stack.at.postgres[1], standbys: [stack.at.postgres[0]] });
    expect((await stack.ctl.apply()).report).toMatchObject({ problems: [], changed: 0 });
  });

  it('writes again by itself after the postmaster was killed, and says why', async () => {
    await stack.lab.sudo('pg2', 'kill -9 $(head -n 1 /var/lib/netvis/pg/postmaster.pid)');
    await eventually(async () => expect((await statusOf(stack)).postgres.primary).toBe('pg1'), { forMs: 60_000, everyMs: 1000 });
    const status = await healthyStatus(stack, 120_000);
    expect(status.postgres).toMatchObject({ primary: 'pg1', sync: ['pg2'] });
    const { stdout } = await stack.ctl('history', '-i', stack.inventory, '--json');
    const { history } = JSON.parse(stdout) as { history: readonly { kind: string; rule: string }[] };
    expect(history.map(({ rule }) => rule)).toContain('R10.accept');
    expect(JSON.parse(await stack.get(`https://${stack.at.web}/api/visits`)).postgres.isPrimary).toBe(true);
  });

  it('takes over from a primary without power, which follows once it is back', async () => {
    await stack.lab.kill('pg1');
    await eventually(async () => expect((await statusOf(stack)).postgres.primary).toBe('pg2'), { forMs: 60_000, everyMs: 1000 });
    expect(JSON.parse(await stack.get(`https://${stack.at.web}/api/visits`)).postgres.isPrimary).toBe(true);
    await stack.lab.boot('pg1');
    expect((await healthyStatus(stack, 120_000)).postgres).toMatchObject({ primary: 'pg2', sync: ['pg1'] });
  });

  it('comes back green after all hosts lost power', async () => {
    const names = (await stack.lab.hosts()).map(({ name }) => name);
    await stack.lab.kill(...names);
    await stack.lab.boot(...names);
    await healthyStatus(stack, 120_000);
    expect((await stack.ctl.apply()).report.changed).toBe(0);
    expect(await stack.get(`https://${stack.at.web}/api/health`)).toContain('"ok"');
  });
});

async function nginxProblems(): Promise<readonly string[]> {
  return (await statusOf(stack)).problems
    .map(({ message }) => message)
    .filter((message) => message.includes('lb2') && message.includes('nginx'));
}
