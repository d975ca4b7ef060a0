import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { type Claim, chooseClaim, octetsInUse, type Wanted } from './networks.ts';
import { must } from './process.ts';

/** Machine-wide; void after a reboot of the machine, as the bridges and hosts it speaks of are, also where /run is a disk. */
const folder = '/run/netvis-lab';
const file = join(folder, 'claims.json');
const bootFile = join(folder, 'boot-id');
const lock = join(folder, 'claims.lock');

/** Claims are read and written in milliseconds. */
const lockSeconds = 60;

/** Gives the lab its network and records that before anything is made; the same lab gets the same one again. */
export async function claimNetwork(wanted: Wanted): Promise<Claim> {
  const claimIt = async () => {
    const claims = await readClaims();
    const claim = chooseClaim(wanted, claims, octetsInUse(await must(['ip', '-oneline', '-4', 'address'])));
    if (!claims.includes(claim)) await writeClaims([...claims, claim]);
    return claim;
  };
  return withLock(lock, claimIt, lockSeconds);
}

/** Forgets a lab's network; harmless when it has none. */
export async function releaseNetwork(claim: Claim): Promise<void> {
  const forget = async () => writeClaims((await readClaims()).filter(({ folder: other }) => other !== claim.folder));
  await withLock(lock, forget, lockSeconds);
}

/** All labs of this machine that are up, half up, or not taken down. */
export async function readClaims(): Promise<Claim[]> {
  if (!existsSync(file)) return [];
  if (existsSync(bootFile) && (await readFile(bootFile, 'utf8')) !== (await readBootId())) return [];
  return JSON.parse(await readFile(file, 'utf8')) as Claim[];
}

/** Whether the lab with that state directory holds a network: it is up, half up, or not taken down. */
export async function isClaimed(path: string): Promise<boolean> {
  return (await readClaims()).some((claim) => claim.folder === path);
}

async function writeClaims(claims: readonly Claim[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(bootFile, await readBootId());
  await writeFile(`${file}.new`, `${JSON.stringify(claims, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

async function readBootId(): Promise<string> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8');
}

/** The lock file of a lab's state directory; outside of it, because `down` removes the directory. */
export function lockOf(path: string): string {
  return join(folder, 'locks', path.replaceAll('/', '%'));
}
