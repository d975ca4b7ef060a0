import { timelineOf } from '../../core/postgres/status.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { by, deadlineIn } from './deadline.ts';
import { readStatus } from './server-status.ts';
import { openSession, ownServer } from './session.ts';
import { act, check, runSteps } from './steps.ts';
import { budgetsMs, requireRunning, type VerbParts } from './verb.ts';

/**
 * In a session of its own, because it may take minutes. In recovery it is a restartpoint, which does nothing where no
 * checkpoint of the primary has arrived.
 */
export function checkpoint(parts: VerbParts): Promise<Outcome> {
  const deadline = deadlineIn(budgetsMs.checkpoint);
  const run = async () => {
    const session = await by(deadline, 'a session', openSession(ownServer(parts.place, 'checkpoint')));
    try {
      await by(deadline, 'the checkpoint', session.query('CHECKPOINT'));
    } finally {
      session.end();
    }
  };
  const verify = async (): Promise<Outcome | undefined> => {
    const status = await readStatus(parts.control, deadline);
    const reached = status.in_recovery || status.checkpoint_timeline === timelineOf(status);
    return reached ? undefined : { kind: 'failed', reason: `the control file stays on timeline ${status.checkpoint_timeline}` };
  };
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    act('checkpoint', run),
    check('the control file has reached the timeline', verify),
  ];
  return runSteps('checkpoint', steps, parts.interrupt);
}
