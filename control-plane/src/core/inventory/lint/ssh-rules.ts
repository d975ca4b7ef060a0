import { secretNames } from '../../secret-rules.ts';
import type { Finding } from '../inventory-document.ts';
import { jumpOf, jumpTarget } from '../jump-host.ts';
import type { Inventory } from '../schema.ts';
import type { LintRule } from './lint-rule.ts';

/** Rules on how hosts are reached. */
export const sshRules: readonly LintRule[] = [
  { id: 'jump-loop', severity: 'error', demand: 'no host is reached through itself', find: jumpLoops },
  { id: 'become-needed', severity: 'error', demand: 'whoever logs in can become root', find: powerlessUsers },
  { id: 'sudo-secret-reserved', severity: 'error', demand: 'a sudo password is a secret of its own', find: reservedSecrets },
  { id: 'sudo-secret-unused', severity: 'warning', demand: 'a sudo password is used', find: unusedSecrets },
];

type Become = NonNullable<Inventory['ssh']['become']>;
type Place = { readonly path: readonly string[]; readonly user: string; readonly become: Become };

function jumpLoops(inventory: Inventory): readonly Finding[] {
  return Object.keys(inventory.hosts).flatMap((name) => {
    const way = wayBack(inventory, name);
    if (!way) return [];
    const path = inventory.hosts[name]?.ssh?.jump === undefined ? ['ssh', 'jump'] : ['hosts', name, 'ssh', 'jump'];
    return [{ path, message: `${name} is reached through itself: ${way.join(' → ')}`, hint: `Set hosts.${name}.ssh.jump to none.` }];
  });
}

/** The hosts from `start` along the jumps back to it, if they lead there. */
function wayBack(inventory: Inventory, start: string): readonly string[] | undefined {
  const way = [start];
  for (let at: string | undefined = start; at !== undefined; ) {
    const jump = jumpOf(inventory, at);
    at = jump === undefined ? undefined : jumpTarget(inventory, jump);
    if (at === start) return [...way, start];
    if (at === undefined || way.includes(at)) return undefined;
    way.push(at);
  }
  return undefined;
}

/** Every `become` in force, each where it is written. */
function becomes(inventory: Inventory): readonly Place[] {
  const { ssh, hosts } = inventory;
  const ofHosts = Object.entries(hosts).map(([name, host]): Place => {
    const user = host.ssh?.user ?? ssh.user;
    const path = host.ssh?.become ? ['hosts', name, 'ssh', 'become'] : host.ssh?.user ? ['hosts', name, 'ssh', 'user'] : ['ssh', 'become'];
    return { path, user, become: host.ssh?.become ?? ssh.become };
  });
  return ofHosts;
}

function powerlessUsers(inventory: Inventory): readonly Finding[] {
  return becomes(inventory)
    .filter(({ user, become }) => user !== 'root' && become.method === 'none')
    .map(({ path, user }) => ({
      path,
      message: `${user} is not root and may not use sudo`,
      hint: 'Set become.method to sudo, or user to root.',
    }));
}

function reservedSecrets(inventory: Inventory): readonly Finding[] {
  return becomes(inventory).flatMap(({ path, become }) => {
    const secret = become.passwordSecret;
    if (secret === undefined || !secretNames.some((name) => name === secret)) return [];
    return [
      {
        path: [...path, 'passwordSecret'],
        message: `the sudo password cannot be the cluster's secret ${secret}`,
        hint: 'Use a name of its own, such as sudo.',
      },
    ];
  });
}

function unusedSecrets(inventory: Inventory): readonly Finding[] {
  return becomes(inventory)
    .filter(({ user, become }) => become.passwordSecret !== undefined && (user === 'root' || become.method === 'none'))
    .map(({ path, become }) => ({
      path,
      message: `the sudo password ${become.passwordSecret} is never asked for`,
      hint: 'Remove passwordSecret.',
    }));
}
