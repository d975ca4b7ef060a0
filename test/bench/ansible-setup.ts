import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../lab/process.ts';
import { repository, type Stack } from '../lab/stack.ts';

/** Python with the module that Ansible's apt needs, and all they depend on beyond a blank host of the lab. */
const pythonPackages = [
  ...['python3', 'python3-minimal', 'python3.11', 'python3.11-minimal', 'python3-apt', 'python-apt-common', 'distro-info-data'],
  ...['libpython3-stdlib', 'libpython3.11-minimal', 'libpython3.11-stdlib'],
  ...['media-types', 'libexpat1', 'libsqlite3-0', 'libreadline8', 'readline-common', 'libncursesw6', 'libffi8', 'libdb5.3', 'libbz2-1.0'],
];

/** Installs Ansible on the machine where it is missing, starting no service, and Python on the lab's hosts. */
export async function installAnsible(stack: Stack): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-bench-'));
  try {
    await writeFile(join(folder, 'packages.txt'), 'ansible-core\n');
    await must(['sh', join(repository, 'scripts/debian-packages.sh'), join(folder, 'packages.txt')]);
    await installPython(stack, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The lab's hosts have no network but their own, so the machine fetches the packages for them. */
async function installPython(stack: Stack, folder: string): Promise<void> {
  const hosts = (await stack.lab.hosts()).map(({ name }) => name);
  const checks = await Promise.all(hosts.map((host) => stack.lab.sudo(host, "python3 -c 'import apt_pkg' 2>/dev/null")));
  const blank = hosts.filter((_, i) => checks[i]?.exitCode !== 0);
  if (blank.length === 0) return;
  await must(['sh', '-c', 'cd "$1" && shift && apt-get download -qq "$@" 2>&1', 'sh', folder, ...pythonPackages]);
  const input = await must(['sh', '-c', 'cd "$1" && tar -c *.deb | base64', 'sh', folder]);
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$d"/*.deb </dev/null';
  const command = `d=$(mktemp -d) && base64 -d | tar -x -C "$d" && ${install} >/dev/null; s=$?; rm -rf "$d"; exit $s`;
  await Promise.all(blank.map((host) => requireDone(stack, { host, command, input })));
}

async function requireDone(stack: Stack, { host, command, input }: { host: string; command: string; input: string }): Promise<void> {
  const { exitCode, stderr } = await stack.lab.sudo(host, command, { input });
  if (exitCode !== 0) throw new Error(`${host}: ${stderr.slice(-1000)}`);
}
