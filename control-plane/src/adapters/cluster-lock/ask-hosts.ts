import { NvError } from '../../core/errors.ts';
import type { RemoteCommand } from '../../core/remote-command.ts';
import type { LockAnswer } from '../../core/run-lock/decide-lock.ts';
import { parseLockReading } from '../../core/run-lock/lock-file.ts';
import type { LockPlace } from '../../ports/cluster-lock.ts';

/** Shorter than the time between two signs of life. */
const answerTimeoutMs = 4500;

/** What each lock host answers, all asked at once; a host given no command is not asked. */
export async function askHosts(place: LockPlace, commandFor: (host: string) => RemoteCommand | null): Promise<readonly LockAnswer[]> {
  return await Promise.all(place.hosts.map((host) => askHost(place, host, commandFor(host))));
}

/** A host that cannot be reached, or whose lock file cannot be used, has no reading. */
export async function askHost({ remotes }: LockPlace, host: string, command: RemoteCommand | null): Promise<LockAnswer> {
  if (!command) return { host, reading: null, reason: 'not asked' };
  try {
    return { host, reading: parseLockReading(await remotes.get(host).run(command, { timeoutMs: answerTimeoutMs })) };
  } catch (error) {
    return { host, reading: null, reason: error instanceof NvError ? `${error.code} ${error.message}` : String(error) };
  }
}
