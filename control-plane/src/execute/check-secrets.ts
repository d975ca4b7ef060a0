import { NvError, type Problem } from '../core/errors.ts';
import { hostOf, hostsToRead, type RunSite } from './run-site.ts';

/**
 * Looks up the sudo password of every host the run will read, before any is asked. Throws NV_SECRET_UNKNOWN with every
 * one that nobody has given.
 */
export function checkSecrets(run: RunSite): void {
  const problems = hostsToRead(run).flatMap((name) => missingPassword(run, name));
  const [first] = problems;
  if (first) throw new NvError(first, { problems });
}

function missingPassword(run: RunSite, name: string): readonly Problem[] {
  const { user, become } = hostOf(run, name).ssh;
  if (user === 'root' || become.method === 'none' || become.passwordSecret === undefined) return [];
  try {
    run.secrets.lookup(become.passwordSecret);
    return [];
  } catch (error) {
    if (!(error instanceof NvError) || error.code !== 'NV_SECRET_UNKNOWN') throw error;
    const message = `${name}: the sudo password of ${user} is not known: ${error.message}`;
    return [{ code: 'NV_SECRET_UNKNOWN', host: name, message, ...(error.hint ? { hint: error.hint } : {}) }];
  }
}
