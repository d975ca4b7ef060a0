import { readFile, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { openStack, type Stack } from '../../lab/stack.ts';
import { asSuperuser, inside } from './inside-host.ts';
import { reportsOf, rolesIn } from './netvis-roles.ts';
import type { OpenSystem, Preset } from './system.ts';

const socketDirectory = '/run/netvis-pg';
const primaryHosts = ['n1', 'n2'];

/** The compact stack with PostgreSQL on two of its hosts, as the others have it. */
export const openNetvis: OpenSystem = async ({ preset, say }) => {
  const stack = await openStack('compact', { fresh: true });
  await writeInventory(stack, preset);
  say(`netvis (${preset}): applying`);
  const { report } = await stack.ctl.apply();
  if (report.outcome !== 'done') throw new Error(`apply: ${JSON.stringify(report.problems)}`);
  const hosts = await stack.lab.hosts();
  const databases = hosts.filter(({ name }) => primaryHosts.includes(name)).map(({ name, address }) => ({ name, address }));
  const password = (await stack.ctl('secrets', 'show', 'postgres', '-i', stack.inventory)).stdout.trim();
  return {
    name: 'netvis',
    settings: `preset ${preset}`,
    lab: stack.lab,
    databases,
    login: { user: 'netvis', password, database: 'netvis' },
    dataDirectory: '/var/lib/netvis/pg',
    socketDirectory,
    superuser: (host, sql) => inside(stack.lab, host, asSuperuser(socketDirectory, sql)),
    roles: async () => rolesIn(await reportsOf(stack.lab, databases)),
    async switchover(_from, to) {
      const { exitCode, stderr } = await stack.ctl('switchover', 'postgres', '--to', to, '-i', stack.inventory);
      if (exitCode !== 0) throw new Error(`switchover ended with ${exitCode}: ${stderr}`);
    },
    describe: async () => (await stack.ctl('explain', 'postgres', '-i', stack.inventory)).stdout,
  };
};

async function writeInventory(stack: Stack, preset: Preset): Promise<void> {
  const document = parseDocument(await readFile(stack.inventory, 'utf8'));
  document.set('preset', preset);
  document.setIn(['hosts', 'n3', 'roles'], ['lb', 'api', 'frontend', 'redis', 'sentinel', 'etcd']);
  await writeFile(stack.inventory, document.toString());
}
