import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host, LabFiles } from './layout.ts';
import { must } from './process.ts';

/** The uid and gid of the user that a host without root login has. */
const userId = 1000;

/** Makes the host's disk: an empty layer over the image with only what tells this host from another. Leaves an existing disk alone. */
export async function ensureDisk(host: Host, files: LabFiles, image: string): Promise<void> {
  if (existsSync(host.folder)) return;
  const work = `${host.folder}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'work'), { recursive: true });
  await mkdir(join(work, 'root'));
  await mkdir(join(work, 'upper'));
  await chmod(join(work, 'upper'), 0o755);
  const disk = { upper: join(work, 'upper'), image };
  await writeIdentity(disk, host);
  await writeLogin(disk, host, files);
  await writeFile(join(work, 'image'), `${image}\n`);
  await rename(work, host.folder);
}

/** The public host key of a host's disk, as sshd shows it: type and key. */
export async function readHostKey(host: Host): Promise<string> {
  const text = await readFile(join(host.folder, 'upper/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  return text.split(' ').slice(0, 2).join(' ').trim();
}

type Disk = { readonly upper: string; readonly image: string };
type Owned = { readonly owner?: number };
type Content = Owned & { readonly text: string; readonly mode?: number };

async function writeIdentity(disk: Disk, host: Host): Promise<void> {
  await put(disk, '/etc/hostname', { text: `${host.name}\n` });
  await put(disk, '/etc/hosts', { text: `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${host.address} ${host.name}\n` });
  await put(disk, '/etc/machine-id', { text: `${randomBytes(16).toString('hex')}\n`, mode: 0o444 });
  await put(disk, '/etc/systemd/network/10-host0.network', { text: network(host.address) });
  await makeFolder(disk, '/etc/ssh');
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', host.name, '-f', join(disk.upper, 'etc/ssh/ssh_host_ed25519_key')]);
}

/** A host keeps its address while its cable is out, and networkd takes no address away that something else has added. */
function network(address: string): string {
  const link = ['[Match]', 'Name=host0', '', '[Network]', `Address=${address}/24`, 'LinkLocalAddressing=no', 'IPv6AcceptRA=no', 'LLDP=no'];
  return [...link, 'KeepConfiguration=static', 'ConfigureWithoutCarrier=yes', 'IgnoreCarrierLoss=yes', ''].join('\n');
}

async function writeLogin(disk: Disk, host: Host, files: LabFiles): Promise<void> {
  const key = await readFile(`${files.identity}.pub`, 'utf8');
  if (host.login === 'root') return put(disk, '/root/.ssh/authorized_keys', { text: key, mode: 0o600 });
  const home = `/home/${host.login}`;
  await makeFolder(disk, home, { owner: userId });
  await put(disk, `${home}/.ssh/authorized_keys`, { text: key, mode: 0o600, owner: userId });
  await put(disk, '/etc/ssh/sshd_config.d/50-login.conf', { text: 'PermitRootLogin no\n' });
  await append(disk, '/etc/passwd', `${host.login}:x:${userId}:${userId}::${home}:/bin/bash\n`);
  await append(disk, '/etc/group', `${host.login}:x:${userId}:\n`);
  await append(disk, '/etc/shadow', `${host.login}:${await passwordHash(host, files)}:19700:0:99999:7:::\n`);
  const asks = host.login === 'netvis' ? 'NOPASSWD: ' : '';
  await put(disk, `/etc/sudoers.d/${host.login}`, { text: `${host.login} ALL=(ALL:ALL) ${asks}ALL\n`, mode: 0o440 });
}

/** `*` lets nobody in by password, and keeps the account open for keys. */
async function passwordHash(host: Host, files: LabFiles): Promise<string> {
  if (host.login !== 'deploy') return '*';
  const hash = await must(['openssl', 'passwd', '-6', '-stdin'], { input: await readFile(files.sudoPassword, 'utf8') });
  return hash.trim();
}

async function append(disk: Disk, path: string, line: string): Promise<void> {
  const { mode, gid } = await stat(join(disk.image, path));
  const text = (await readFile(join(disk.image, path), 'utf8')) + line;
  await put(disk, path, { text, mode: mode & 0o7777 });
  await chown(join(disk.upper, path), 0, gid);
}

async function put(disk: Disk, path: string, content: Content): Promise<void> {
  const { mode = 0o644, owner = 0 } = content;
  await makeFolder(disk, dirname(path), { owner });
  const file = join(disk.upper, path);
  await writeFile(file, content.text);
  await chmod(file, mode);
  await chown(file, owner, owner);
}

/** A folder in the layer hides the image's own attributes, so it takes them over; one that the image lacks gets 0700 under homes. */
async function makeFolder(disk: Disk, path: string, owned: Owned = {}): Promise<void> {
  const folder = join(disk.upper, path);
  if (path === '/' || existsSync(folder)) return;
  await makeFolder(disk, dirname(path), owned);
  const below = join(disk.image, path);
  const like = existsSync(below) ? await stat(below) : { mode: 0o700, uid: owned.owner ?? 0, gid: owned.owner ?? 0 };
  await mkdir(folder);
  await chmod(folder, like.mode & 0o7777);
  await chown(folder, like.uid, like.gid);
}
