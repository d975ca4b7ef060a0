import { didYouMean } from '../did-you-mean.ts';
import { groupCycles, unknownMembers } from '../groups.ts';
import type { Finding } from '../inventory-document.ts';
import { type Inventory, roles } from '../schema.ts';
import type { LintRule } from './lint-rule.ts';

/** Rules on the names of hosts, groups, database roles and secrets. */
export const nameRules: readonly LintRule[] = [
  { id: 'host-name-reserved', severity: 'error', demand: 'a host’s name means nothing else', find: reservedHostNames },
  { id: 'group-name-taken', severity: 'error', demand: 'a group’s name means nothing else', find: takenGroupNames },
  { id: 'group-member-unknown', severity: 'error', demand: 'the members of a group exist', find: strangers },
  { id: 'group-cycle', severity: 'error', demand: 'no group contains itself', find: cycles },
  { id: 'postgres-name-reserved', severity: 'error', demand: 'database roles leave PostgreSQL’s own alone', find: reservedPostgresNames },
  { id: 'postgres-roles-equal', severity: 'error', demand: 'replication has a role of its own', find: equalPostgresRoles },
];

/** What patterns understand by themselves. */
const patternWords: readonly string[] = ['all', ...roles];
/** What every host's /etc/hosts or the system names already. */
const systemNames: readonly string[] = ['localhost', 'postgres-primary', 'redis-master'];

function reservedHostNames({ hosts }: Inventory): readonly Finding[] {
  return Object.keys(hosts).flatMap((name) => {
    const use = patternWords.includes(name)
      ? 'a role in patterns'
      : systemNames.includes(name)
        ? 'a name every host resolves itself'
        : null;
    return use ? [{ path: ['hosts', name], message: `no host can be called ${name}: it is ${use}`, hint: `Call it ${name}1.` }] : [];
  });
}

function takenGroupNames({ hosts, groups }: Inventory): readonly Finding[] {
  return Object.keys(groups).flatMap((name) => {
    const use = patternWords.includes(name) ? 'a role in patterns' : Object.hasOwn(hosts, name) ? 'a host' : null;
    return use ? [{ path: ['groups', name], message: `no group can be called ${name}: it is ${use}`, hint: `Call it ${name}-hosts.` }] : [];
  });
}

function strangers({ hosts, groups }: Inventory): readonly Finding[] {
  const universe = { hosts: Object.entries(hosts).map(([name, host]) => ({ name, roles: host.roles })), groups };
  return unknownMembers(universe).map(({ group, index, member }) => ({
    path: ['groups', group, index],
    message: `the group ${group} names ${JSON.stringify(member)}, which is no host`,
    hint: didYouMean(member, [...Object.keys(hosts), ...Object.keys(groups)]),
  }));
}

function cycles({ groups }: Inventory): readonly Finding[] {
  return groupCycles(groups).map((cycle) => ({
    path: ['groups', cycle[0] ?? ''],
    message: `the group ${cycle[0]} contains itself: ${cycle.join(' → ')}`,
    hint: 'Take one of them out of the other.',
  }));
}

/** What CREATE ROLE refuses, and the superuser. */
const ownRoleNames: readonly string[] = ['postgres', 'public', 'none'];

function reservedPostgresNames({ postgres }: Inventory): readonly Finding[] {
  const roleNames = (['owner', 'replicationUser'] as const).filter(
    (key) => ownRoleNames.includes(postgres[key]) || postgres[key].startsWith('pg_'),
  );
  const databases = ['postgres', 'template0', 'template1'].includes(postgres.database) ? (['database'] as const) : [];
  return [...databases, ...roleNames].map((key) => ({
    path: ['postgres', key],
    message: `postgres.${key} is ${postgres[key]}, which PostgreSQL keeps for itself`,
    hint: 'Choose another name.',
  }));
}

function equalPostgresRoles({ postgres }: Inventory): readonly Finding[] {
  if (postgres.owner !== postgres.replicationUser) return [];
  return [
    {
      path: ['postgres', 'replicationUser'],
      message: `postgres.replicationUser and postgres.owner are both ${postgres.owner}`,
      hint: 'Give the replicas a role of their own.',
    },
  ];
}
