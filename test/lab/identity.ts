import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { readHostKey } from './host-disk.ts';
import type { Host, LabFiles } from './layout.ts';
import { must } from './process.ts';

/** Makes the lab's key pair and sudo password where they are missing. Others cannot read them. */
export async function ensureIdentity(files: LabFiles): Promise<void> {
  await mkdir(files.folder, { recursive: true });
  if (!existsSync(files.sudoPassword)) await writeFile(files.sudoPassword, `${randomBytes(12).toString('hex')}\n`, { mode: 0o600 });
  if (existsSync(files.identity)) return;
  await rm(`${files.identity}.new`, { force: true });
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'netvis-lab', '-f', `${files.identity}.new`]);
  await rename(`${files.identity}.new.pub`, `${files.identity}.pub`);
  await rename(`${files.identity}.new`, files.identity);
}

/** Writes what is known of the hosts' keys, in place of older lines of the same addresses. */
export async function recordHostKeys(files: LabFiles, hosts: readonly Host[]): Promise<void> {
  const fresh = await Promise.all(hosts.map(async (host) => `${host.address} ${await readHostKey(host)}`));
  await writeKnownHosts(files, [...(await otherLines(files, hosts)), ...fresh]);
}

/** Removes what is known of the hosts. */
export async function forgetHosts(files: LabFiles, hosts: readonly Host[]): Promise<void> {
  if (existsSync(files.knownHosts)) await writeKnownHosts(files, await otherLines(files, hosts));
}

/** Removes the shared files, and their folder when nothing else is in it. */
export async function dropIdentity(files: LabFiles): Promise<void> {
  for (const file of [files.identity, `${files.identity}.pub`, files.knownHosts, files.sudoPassword]) {
    for (const name of [file, `${file}.new`, `${file}.new.pub`]) await rm(name, { force: true });
  }
  if (existsSync(files.folder) && (await readdir(files.folder)).length === 0) await rmdir(files.folder);
}

async function otherLines(files: LabFiles, hosts: readonly Host[]): Promise<string[]> {
  if (!existsSync(files.knownHosts)) return [];
  const own = new Set(hosts.map((host) => host.address));
  const lines = (await readFile(files.knownHosts, 'utf8')).split('\n');
  return lines.filter((line) => line !== '' && !own.has(line.split(' ')[0] ?? ''));
}

async function writeKnownHosts(files: LabFiles, lines: readonly string[]): Promise<void> {
  await writeFile(`${files.knownHosts}.new`, lines.map((line) => `${line}\n`).join(''));
  await rename(`${files.knownHosts}.new`, files.knownHosts);
}
