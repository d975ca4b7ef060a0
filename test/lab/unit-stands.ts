import type { Lab } from './lab.ts';

/** The units of the stack's services. */
const units = [
  'keepalived.service',
  'netvis-agent.service',
  'netvis-api.service',
  'netvis-etcd.service',
  'netvis-postgres.service',
  'nginx.service',
  'redis-sentinel.service',
  'redis-server.service',
];

/** What tells one life of a unit from the next, and one reload from the next. */
type Stand = { readonly life: string; readonly reload: string };

/** Stands by `host: unit`. */
export type Stands = ReadonlyMap<string, Stand>;

/** How the services of all hosts stand now. */
export async function readStands(lab: Lab): Promise<Stands> {
  const command = `systemctl show -p Id -p MainPID -p ActiveEnterTimestampMonotonic -p InvocationID -p ExecReload ${units.join(' ')}`;
  const shown = await Promise.all((await lab.hosts()).map(async ({ name }) => ({ name, text: (await lab.inside(name, command)).stdout })));
  return new Map(
    shown.flatMap(({ name, text }) =>
      text
        .trim()
        .split('\n\n')
        .map((block) => standOf(name, block)),
    ),
  );
}

/** The units that were started, and those that were reloaded, between two looks. */
export function actedOn(before: Stands, after: Stands): { restarted: readonly string[]; reloaded: readonly string[] } {
  const names = [...after.keys()].sort();
  const restarted = names.filter((name) => before.get(name)?.life !== after.get(name)?.life);
  const isReloaded = (name: string) => after.get(name)?.reload !== '' && before.get(name)?.reload !== after.get(name)?.reload;
  return { restarted, reloaded: names.filter((name) => isReloaded(name) && !restarted.includes(name)) };
}

/** The process of a unit's last reload stands in `ExecReload`; 0 or none when it was never reloaded in this life. */
function standOf(host: string, block: string): [string, Stand] {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  const life = [value('MainPID'), value('ActiveEnterTimestampMonotonic'), value('InvocationID')].join(' ');
  const pids = [...block.matchAll(/^ExecReload=.*\bpid=([1-9]\d*)/gm)].map(([, pid]) => pid);
  return [`${host}: ${value('Id')}`, { life, reload: pids.join(' ') }];
}
