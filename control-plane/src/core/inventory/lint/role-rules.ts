import { didYouMean } from '../did-you-mean.ts';
import type { Finding } from '../inventory-document.ts';
import type { Inventory, Role } from '../schema.ts';
import { hostsWith, type LintRule, repeats } from './lint-rule.ts';

/** Rules on which roles there are, how many of each, and what names them. */
export const roleRules: readonly LintRule[] = [
  { id: 'missing-role', severity: 'error', demand: 'every part of the stack has a host', find: missingRoles },
  { id: 'app-without-host', severity: 'error', demand: 'an application to deploy has hosts', find: appsWithoutHost },
  { id: 'host-without-app', severity: 'error', demand: 'an api or frontend host has something to run', find: hostsWithoutApp },
  { id: 'role-twice', severity: 'error', demand: 'a host has a role once', find: rolesTwice },
  { id: 'sentinel-even', severity: 'error', demand: 'the number of Sentinels is odd', find: (i) => evenMembers(i, 'sentinel') },
  { id: 'sentinel-few', severity: 'error', demand: 'there are at least three Sentinels', find: (i) => fewMembers(i, 'sentinel') },
  { id: 'etcd-even', severity: 'error', demand: 'the number of etcd members is odd', find: (i) => evenMembers(i, 'etcd') },
  { id: 'etcd-few', severity: 'error', demand: 'there are at least three etcd members', find: (i) => fewMembers(i, 'etcd') },
  { id: 'quorum-too-large', severity: 'error', demand: 'the Sentinels can reach their quorum', find: largeQuorum },
  { id: 'quorum-too-small', severity: 'warning', demand: 'the quorum is a majority', find: smallQuorum },
  { id: 'initial-primary', severity: 'error', demand: 'the initial primary is a postgres host', find: initialPrimary },
  { id: 'initial-master', severity: 'error', demand: 'the initial master is a redis host', find: initialMaster },
  {
    id: 'postgres-single',
    severity: 'warning',
    demand: 'PostgreSQL has a replica on another host',
    find: (i) => single(i, 'postgres', 'PostgreSQL'),
  },
  { id: 'redis-single', severity: 'warning', demand: 'Redis has a replica on another host', find: (i) => single(i, 'redis', 'Redis') },
  { id: 'lb-single', severity: 'warning', demand: 'there are two load balancers', find: (i) => single(i, 'lb', 'the web VIP') },
  { id: 'api-single', severity: 'warning', demand: 'the API runs on two hosts', find: (i) => single(i, 'api', 'the API') },
  {
    id: 'frontend-single',
    severity: 'warning',
    demand: 'the frontend runs on two hosts',
    find: (i) => single(i, 'frontend', 'the frontend'),
  },
];

const alwaysNeeded: readonly Role[] = ['lb', 'postgres', 'redis', 'sentinel', 'etcd'];
const apps = ['api', 'frontend'] as const;

function missingRoles(inventory: Inventory): readonly Finding[] {
  return alwaysNeeded
    .filter((role) => hostsWith(inventory, role).length === 0)
    .map((role) => ({ path: ['hosts'], message: `no host has the role ${role}`, hint: `Add ${role} to the roles of a host.` }));
}

function appsWithoutHost(inventory: Inventory): readonly Finding[] {
  return apps
    .filter((role) => inventory.app[role] && hostsWith(inventory, role).length === 0)
    .map((role) => ({
      path: ['app', role],
      message: `app.${role} is set but no host has the role ${role}`,
      hint: `Add ${role} to the roles of a host.`,
    }));
}

function hostsWithoutApp(inventory: Inventory): readonly Finding[] {
  return apps
    .filter((role) => !inventory.app[role])
    .flatMap((role) => {
      const [host] = hostsWith(inventory, role);
      const message = `${host} has the role ${role} but app.${role} is not set`;
      return host ? [{ path: ['hosts', host, 'roles'], message, hint: `Name the archive to deploy: app: {${role}: {archive: …}}.` }] : [];
    });
}

function rolesTwice({ hosts }: Inventory): readonly Finding[] {
  return Object.entries(hosts).flatMap(([name, host]) =>
    repeats([...host.roles.entries()], ([, role]) => role).map(({ entry: [index, role] }) => ({
      path: ['hosts', name, 'roles', index],
      message: `${name} has the role ${role} twice`,
      hint: 'Keep one of them.',
    })),
  );
}

/** Points at the last member, the one to take away or to be joined by another. */
function evenMembers(inventory: Inventory, role: Role): readonly Finding[] {
  const members = hostsWith(inventory, role);
  const last = members.at(-1);
  if (last === undefined || members.length % 2 === 1) return [];
  const message = `${members.length} hosts have the role ${role}: an even number loses its majority as easily as one less`;
  return [{ path: ['hosts', last, 'roles'], message, hint: 'Use 3 or 5.' }];
}

function fewMembers(inventory: Inventory, role: Role): readonly Finding[] {
  const members = hostsWith(inventory, role);
  const last = members.at(-1);
  if (last === undefined || members.length >= 3) return [];
  const message = `only ${members.length} of the hosts ${members.length === 1 ? 'has' : 'have'} the role ${role}: no majority is left when one fails`;
  return [
    { path: ['hosts', last, 'roles'], message, hint: `Add ${role} to the roles of further hosts; it may share a host with any role.` },
  ];
}

function largeQuorum(inventory: Inventory): readonly Finding[] {
  const sentinels = hostsWith(inventory, 'sentinel').length;
  const { quorum } = inventory.redis;
  if (quorum === undefined || sentinels === 0 || quorum <= sentinels) return [];
  const message = `redis.quorum is ${quorum} but there are ${sentinels} Sentinels: they can never agree`;
  return [{ path: ['redis', 'quorum'], message, hint: 'Leave it out for a majority.' }];
}

function smallQuorum(inventory: Inventory): readonly Finding[] {
  const sentinels = hostsWith(inventory, 'sentinel').length;
  const { quorum } = inventory.redis;
  if (quorum === undefined || quorum * 2 > sentinels) return [];
  const message = `redis.quorum ${quorum} is no majority of ${sentinels} Sentinels: a few that are cut off start failovers`;
  return [{ path: ['redis', 'quorum'], message, hint: 'Leave it out for a majority.' }];
}

function initialPrimary(inventory: Inventory): readonly Finding[] {
  return namedHost(inventory, { name: inventory.postgres.initialPrimary, path: ['postgres', 'initialPrimary'], role: 'postgres' });
}

function initialMaster(inventory: Inventory): readonly Finding[] {
  return namedHost(inventory, { name: inventory.redis.initialMaster, path: ['redis', 'initialMaster'], role: 'redis' });
}

function namedHost(inventory: Inventory, named: { name: string | undefined; path: readonly string[]; role: Role }): readonly Finding[] {
  const { name, path, role } = named;
  const members = hostsWith(inventory, role);
  if (name === undefined || members.includes(name)) return [];
  return [{ path, message: `${path.join('.')} is ${name}, which is no ${role} host`, hint: didYouMean(name, members) }];
}

function single(inventory: Inventory, role: Role, what: string): readonly Finding[] {
  const members = hostsWith(inventory, role);
  const [host] = members;
  if (host === undefined || members.length > 1) return [];
  const message = `${host} is the only ${role} host: ${what} is gone when it fails`;
  return [{ path: ['hosts', host, 'roles'], message, hint: `Add ${role} to the roles of another host.` }];
}
