import { looksLikeGlob, matchesGlob } from './glob.ts';
import { parseRange, textsOf } from './host-range.ts';
import { type Role, roles } from './schema.ts';

/** What a name in a pattern or a group can mean. A Site is one. */
export type HostUniverse = {
  readonly hosts: readonly { readonly name: string; readonly roles: readonly Role[] }[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
};

/**
 * The hosts a word means: `all`, a host, a role, a group, a range such as `api[1:2]`, or a glob over the names of hosts
 * and groups. Undefined when it means nothing; empty for a role or group without hosts.
 */
export function hostsOfWord(universe: HostUniverse, word: string): readonly string[] | undefined {
  return resolve(word, { universe, names: universe.hosts.map(({ name }) => name), seen: new Set() });
}

/** Members of groups that mean no host, group or role. */
export function unknownMembers(universe: HostUniverse): readonly { group: string; index: number; member: string }[] {
  const names = universe.hosts.map(({ name }) => name);
  return Object.entries(universe.groups).flatMap(([group, members]) =>
    members.flatMap((member, index) => {
      const known =
        isGroup(universe, member) || resolve(member, { universe, names, seen: new Set(Object.keys(universe.groups)) }) !== undefined;
      return known ? [] : [{ group, index, member }];
    }),
  );
}

/** Groups that contain themselves, each as the way round: `[a, b, a]`. */
export function groupCycles(groups: HostUniverse['groups']): readonly (readonly string[])[] {
  return Object.keys(groups).flatMap((start) => {
    const cycle = wayTo(start, { groups, from: start, seen: new Set() });
    return cycle ? [[start, ...cycle]] : [];
  });
}

function wayTo(goal: string, at: { groups: HostUniverse['groups']; from: string; seen: Set<string> }): readonly string[] | undefined {
  for (const member of at.groups[at.from] ?? []) {
    if (member === goal) return [goal];
    if (at.seen.has(member) || !Object.hasOwn(at.groups, member)) continue;
    at.seen.add(member);
    const rest = wayTo(goal, { ...at, from: member });
    if (rest) return [member, ...rest];
  }
  return undefined;
}

/** `seen` holds the groups already written out: a second time they add nothing to the union. */
type Resolution = { readonly universe: HostUniverse; readonly names: readonly string[]; readonly seen: Set<string> };

function resolve(word: string, at: Resolution): readonly string[] | undefined {
  if (word === 'all') return at.names;
  if (at.names.includes(word)) return [word];
  if (isGroup(at.universe, word)) return hostsOfGroup(word, at);
  if (isRole(word)) return at.universe.hosts.filter((host) => host.roles.includes(word)).map(({ name }) => name);
  if (/\[[^\]]*:/.test(word)) return hostsOfRange(word, at);
  return looksLikeGlob(word) ? hostsOfGlob(word, at) : undefined;
}

function hostsOfGroup(group: string, at: Resolution): readonly string[] {
  if (at.seen.has(group)) return [];
  at.seen.add(group);
  const members = at.universe.groups[group] ?? [];
  return [...new Set(members.flatMap((member) => resolve(member, at) ?? []))];
}

function hostsOfRange(word: string, { names }: Resolution): readonly string[] | undefined {
  const range = parseRange(word);
  if ('reason' in range) return undefined;
  const members = textsOf(range);
  return members.every((member) => names.includes(member)) ? members : undefined;
}

function hostsOfGlob(glob: string, at: Resolution): readonly string[] | undefined {
  const hosts = at.names.filter((name) => matchesGlob(glob, name));
  const groups = Object.keys(at.universe.groups).filter((group) => matchesGlob(glob, group));
  if (hosts.length + groups.length === 0) return undefined;
  return [...new Set([...hosts, ...groups.flatMap((group) => hostsOfGroup(group, at))])];
}

function isGroup({ groups }: HostUniverse, word: string): boolean {
  return Object.hasOwn(groups, word);
}

function isRole(word: string): word is Role {
  return roles.some((role) => role === word);
}
