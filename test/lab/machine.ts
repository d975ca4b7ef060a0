import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { must, run } from './process.ts';

/** What the lab needs on the machine itself: a program, and the package it comes from. */
const needs: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
  flock: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
};
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const policy = '/usr/sbin/policy-rc.d';

/** Throws NV_REFUSED, with the reason, where a lab cannot run: not root, or neither Debian nor Ubuntu. */
export async function requireMachine(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new NvError({
      code: 'NV_REFUSED',
      message: 'the lab needs root: it makes network links, mounts and namespaces',
      hint: 'run it with sudo',
    });
  }
  const release = existsSync('/etc/os-release') ? await readFile('/etc/os-release', 'utf8') : '';
  if (!isDebianLike(release)) {
    throw new NvError({
      code: 'NV_REFUSED',
      message: 'the lab runs on Debian and Ubuntu only',
      hint: 'use a Debian 12 machine, real or virtual',
    });
  }
}

/** Whether the text of an os-release file speaks of Debian, Ubuntu, or a child of theirs. */
export function isDebianLike(osRelease: string): boolean {
  const names = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((found) => (found[1] ?? '').split(' '));
  return names.includes('debian') || names.includes('ubuntu');
}

/** Installs what is missing on the machine, starting no service, and lifts limits that 13 hosts exceed. Returns the packages it installed. */
export async function ensureMachine(): Promise<string[]> {
  await requireMachine();
  const missing = await missingPackages();
  if (missing.length > 0) await withoutStarts(() => install(missing));
  await raiseLimits();
  return missing;
}

/** Every systemd holds a handful of inotify instances, and the kernel's default of 128 is for the whole machine. */
async function raiseLimits(): Promise<void> {
  const limits = { max_user_instances: 8192, max_user_watches: 524_288 };
  for (const [name, least] of Object.entries(limits)) {
    const file = `/proc/sys/fs/inotify/${name}`;
    if (Number(await readFile(file, 'utf8')) < least) await writeFile(file, String(least));
  }
}

async function missingPackages(): Promise<string[]> {
  const found = await Promise.all(
    Object.keys(needs).map(async (program) => (await run(['sh', '-c', 'command -v "$0"', program])).exitCode === 0),
  );
  const absent = Object.values(needs).filter((_, index) => !found[index]);
  if (!existsSync(keyring)) absent.push('debian-archive-keyring');
  return [...new Set(absent)];
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const argv = ['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...packages];
  if ((await run(argv, { env })).exitCode === 0) return;
  await must(['apt-get', '-qq', 'update'], { env });
  await must(argv, { env });
}

/** Debian asks policy-rc.d before it starts a service; a policy that exists already is the machine's own and stays. */
async function withoutStarts(work: () => Promise<void>): Promise<void> {
  if (existsSync(policy)) return work();
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(policy);
  }
}
