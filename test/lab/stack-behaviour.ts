import { expect, it } from 'vitest';
import type { Status } from '../../control-plane/src/core/status/status.ts';
import { eventually, type Stack } from './stack.ts';

/** `status --json` as an object. */
export async function statusOf(stack: Stack): Promise<Status> {
  return JSON.parse((await stack.ctl('status', stack.inventory, '--json')).stdout) as Status;
}

/** Status once nothing is wrong; fails with what is. */
export async function healthyStatus(stack: Stack, forMs = 60_000): Promise<Status> {
  return await eventually(
    async () => {
      const status = await statusOf(stack);
      expect(status.problems).toEqual([]);
      expect(status.ok).toBe(true);
      return status;
    },
    { forMs, everyMs: 1000 },
  );
}

/** What every stack must show to clients outside, whatever its shape. */
export function describeStackFromOutside(stack: () => Stack): void {
  describeEntry(stack);
  describeData(stack);

  it('runs the agent on every host', async () => {
    const states = await onEveryHost(stack(), 'systemctl is-active netvis-agent');
    expect(new Set(states)).toEqual(new Set(['active']));
  });
}

function describeEntry(stack: () => Stack): void {
  it('answers through the web VIP with work done in PostgreSQL and Redis', async () => {
    const first = JSON.parse(await stack().get(`https://${stack().at.web}/api/visits`));
    const second = JSON.parse(await stack().get(`http://${stack().at.web}/api/visits`));
    expect(second.postgres).toMatchObject({ isPrimary: true });
    expect(second.postgres.rows).toBeGreaterThan(first.postgres.rows);
    expect(second.redis.value).toBeGreaterThan(first.redis.value);
    expect(await stack().get(`https://${stack().at.web}/`)).toContain('<html');
  });

  it('answers on every load balancer itself', async () => {
    for (const lb of stack().at.lbs) expect(await stack().get(`https://${lb}/api/health`)).toContain('"ok"');
  });

  it('holds the web VIP exactly once', async () => {
    const shown = await onEveryHost(stack(), `ip -o address show to ${stack().at.web}`);
    expect(shown.filter((text) => text.includes(stack().at.web))).toHaveLength(1);
  });
}

function describeData(stack: () => Stack): void {
  it('replicates PostgreSQL synchronously, and a committed row is on the standby', async () => {
    const { primary, standbys } = await postgresRoles(stack(), stack().at.postgres);
    expect(await replication(stack(), primary)).toContain('streaming|sync');
    await stack().sql(
      primary,
      'create table if not exists lab_proof (id int primary key); insert into lab_proof values (1) on conflict do nothing',
    );
    for (const standby of standbys) {
      await eventually(async () => expect(await stack().sql(standby, 'select count(*) from lab_proof')).toBe('1'), { forMs: 5000 });
    }
  });

  it('has Sentinels that agree on the master, and a key that reaches the replica', async () => {
    const masters = await Promise.all(
      stack().at.sentinels.map((sentinel) => stack().redis(sentinel, 26_379, 'SENTINEL', 'get-master-addr-by-name', 'netvis-master')),
    );
    expect(new Set(masters).size).toBe(1);
    const master = masters[0]?.split('\n')[0] ?? '';
    expect(stack().at.redis).toContain(master);
    for (const sentinel of stack().at.sentinels)
      expect(await stack().redis(sentinel, 26_379, 'SENTINEL', 'CKQUORUM', 'netvis-master')).toMatch(/^OK/);
    await stack().redis(master, 6379, 'SET', 'lab-proof', 'seen');
    for (const replica of stack().at.redis.filter((address) => address !== master)) {
      await eventually(async () => expect(await stack().redis(replica, 6379, 'GET', 'lab-proof')).toBe('seen'), { forMs: 5000 });
    }
  });
}

/** What a command prints on each host, as root. */
async function onEveryHost(stack: Stack, command: string): Promise<readonly string[]> {
  const hosts = await stack.lab.hosts();
  return await Promise.all(hosts.map(async ({ name }) => (await stack.lab.sudo(name, command)).stdout.trim()));
}

/** What the primary says of its standbys; only a superuser on the host itself may see it. */
async function replication(stack: Stack, primary: string): Promise<readonly string[]> {
  const host = (await stack.lab.hosts()).find(({ address }) => address === primary)?.name ?? primary;
  const query = "select state || '|' || sync_state from pg_stat_replication";
  const { stdout } = await stack.lab.sudo(host, `runuser -u postgres -- psql -XAtqc "${query}" -h /run/netvis-pg`);
  return stdout.split('\n');
}

/** Which server is writable and which follow, asked of each. */
export async function postgresRoles(stack: Stack, addresses: readonly string[]): Promise<{ primary: string; standbys: readonly string[] }> {
  const recovering = await Promise.all(addresses.map((address) => stack.sql(address, 'select pg_is_in_recovery()')));
  const primaries = addresses.filter((_, i) => recovering[i] === 'f');
  expect(primaries).toHaveLength(1);
  return { primary: primaries[0] as string, standbys: addresses.filter((_, i) => recovering[i] === 't') };
}
