import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../lab/process.ts';
import { repository, type Stack } from '../lab/stack.ts';
import { installOnHosts } from './host-packages.ts';

/** Installs Ansible on the machine where it is missing, starting no service, and Python on the lab's hosts. */
export async function installAnsible(stack: Stack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-bench-'));
  try {
    await writeFile(join(folder, 'packages.txt'), 'ansible-core\n');
    await must(['sh', join(repository, 'scripts/debian-packages.sh'), join(folder, 'packages.txt')]);
    await installPython(stack);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Python with the module that Ansible's apt needs. */
async function installPython({ lab }: Stack): Promise<void> {
  const hosts = (await lab.hosts()).map(({ name }) => name);
  const checks = await Promise.all(hosts.map((host) => lab.sudo(host, "python3 -c 'import apt_pkg' 2>/dev/null")));
  const blank = hosts.filter((_, i) => checks[i]?.exitCode !== 0);
  if (blank.length > 0) await installOnHosts(lab, blank, ['python3', 'python3-apt']);
}
