import * as z from 'zod';
import { argv, type CommandOutput, concat, type RemoteCommand, raw } from '../remote-command.ts';

/** Where a host keeps the run lock and the epoch it has seen. Apart from all that apply makes there: it is there before. */
export const lockDirectory = '/var/lib/netvis-lock';

/** What must outlast a reboot, and what need not: signs of life, which no busy disk may hold up. */
export type LockFolders = { readonly lasting: string; readonly passing: string };

const lockFolders: LockFolders = { lasting: lockDirectory, passing: '/run/netvis-lock' };

const claimSchema = z.object({
  run: z.string(),
  owner: z.string(),
  machine: z.string(),
  reason: z.string(),
  since: z.string(),
  epoch: z.int(),
});

/** A claim with the epoch it was made with. */
export type EpochClaim = z.output<typeof claimSchema>;

/** What a host's lock file says. `ageMs` is the least time since the holder's last sign of life, by the host's own uptime. */
export type LockReading = {
  /** The highest epoch the host ever accepted; 0 = none. */
  readonly promised: number;
  readonly holder: EpochClaim | null;
  readonly ageMs: number;
  /** The file's exact content: it changes with every sign of life. */
  readonly text: string;
};

/**
 * The lasting file: `promised beat` and, on a second line, the claim or nothing; it is on the disk before it counts. The
 * passing one: `promised beat`, the last sign of life since, of that promise alone. A beat is the host's uptime in seconds,
 * so no wall clock is compared. Everything happens under a lock of a moment's length; `p`, `b`, `c` are what the files say
 * and `u` is the uptime now.
 */
const open = `umask 022
mkdir -p "$d" "$t" && exec 8>>"$d/guard" && flock -w 5 8 || exit 9
p= b= c=; if [ -f "$d/lock" ]; then { read -r p b; read -r c; } < "$d/lock"; fi; p=\${p:-0} b=\${b:-0}
if [ -f "$t/beat" ]; then read -r x y < "$t/beat"; [ "$x" != "$p" ] || b=\${y:-0}; fi
read -r u rest < /proc/uptime
beat() { printf '%s %s\\n' "$1" "$u" > "$t/beat.new" && mv -f "$t/beat.new" "$t/beat" && b=$u || exit 8; }
put() { printf '%s %s\\n%s\\n' "$1" "$u" "$2" > "$d/lock.new" && sync "$d/lock.new" && mv -f "$d/lock.new" "$d/lock" && sync "$d" && p=$1 c=$2 && beat "$1" || exit 8; }
`;
const tell = `printf '%s\\n%s %s\\n%s\\n' "$u" "$p" "$b" "$c"\n`;

/** Reads a host's lock file; `parseLockReading` reads the answer of this and of all commands here. */
export function readLock(folders = lockFolders): RemoteCommand {
  return locked(folders, raw('true\n'));
}

/** Makes the claim if the file still holds `expected` (the text of a reading) and no epoch as high was ever accepted there. */
export function takeLock(claim: EpochClaim, expected: string, folders = lockFolders): RemoteCommand {
  const isSame = concat(raw('[ "$p $b $c" = '), argv(expected), raw(` ] && [ "$p" -lt ${claim.epoch} ] && `));
  return locked(folders, concat(raw('if '), isSame, put(claim), raw('; then :; fi\n')));
}

/**
 * A sign of life of a holder that has the majority: where the claim stands, nothing is written to the disk. It makes the claim anew where the host lost it or holds one of a
 * lower epoch, which can have no majority; a host that accepted a higher epoch is left alone.
 */
export function renewLock(claim: EpochClaim, folders = lockFolders): RemoteCommand {
  const stands = concat(raw(`if [ "$p" = ${claim.epoch} ] && [ "$c" = `), argv(JSON.stringify(claim)), raw(' ]; then beat "$p"; '));
  return locked(folders, concat(stands, raw(`elif [ "$p" -le ${claim.epoch} ]; then `), put(claim), raw('; fi\n')));
}

/** Gives the claim back where it is held. */
export function releaseLock(claim: EpochClaim, folders = lockFolders): RemoteCommand {
  const isMine = concat(raw('[ "$c" = '), argv(JSON.stringify(claim)), raw(' ]'));
  return locked(folders, concat(raw('if '), isMine, raw('; then put "$p" \'\'; fi\n')));
}

/** Throws when the answer is none of these commands' or the file was written by somebody else. */
export function parseLockReading({ exitCode, stdout, stderr }: CommandOutput): LockReading {
  const [uptime, numbers = '', claim = '', ...rest] = stdout.split('\n');
  if (exitCode !== 0 || !/^\d+ [\d.]+$/.test(numbers) || rest.join() !== '')
    throw new Error(`the run lock cannot be read: ${stderr.trim() || stdout.trim()}`);
  const [promised = 0, beat = 0] = numbers.split(' ').map(Number);
  return {
    promised,
    holder: claim === '' ? null : claimSchema.parse(JSON.parse(claim)),
    ageMs: Math.round(1000 * sinceBeat(Number(uptime), beat)),
    text: `${numbers} ${claim}`,
  };
}

/** A host that has started again since counts from its start: never longer than it truly was. */
function sinceBeat(uptime: number, beat: number): number {
  return uptime >= beat ? uptime - beat : uptime;
}

function locked({ lasting, passing }: LockFolders, work: RemoteCommand): RemoteCommand {
  return concat(raw('d='), argv(lasting), raw(' t='), argv(passing), raw(`\n${open}`), work, raw(tell));
}

function put(claim: EpochClaim): RemoteCommand {
  return concat(raw(`put ${claim.epoch} `), argv(JSON.stringify(claim)));
}
