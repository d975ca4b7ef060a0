import { type OwnState, syncSetting, withNames } from '../../core/postgres/own-settings.ts';
import { heartbeatStatement } from '../../core/postgres/schema.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { type Deadline, deadlineIn } from './deadline.ts';
import { readOwnSettings, writeOwnSettings } from './own-settings-file.ts';
import { reloadSteps } from './reload.ts';
import { act, check, refused, runSteps } from './steps.ts';
import { askOne, budgetsMs, isInRecovery, requireRunning, type VerbParts } from './verb.ts';

/**
 * Only a primary may have another list than the placeholder: a standby that got one by a reload could adopt it after its
 * promotion (R4). That commits wait for the new list is not proven by its being read: that is the canary's part (R6).
 */
export async function setSyncNames(parts: VerbParts, names: OwnState['names']): Promise<Outcome> {
  const { place } = parts;
  const deadline = deadlineIn(budgetsMs.names);
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    check('it may have that list', async () => {
      const allowed = names === 'placeholder' || !(await isInRecovery(parts, deadline));
      return allowed ? undefined : refused('in-recovery');
    }),
    act('write the list', async () => writeOwnSettings(place, withNames(await readOwnSettings(place), names))),
    ...reloadSteps(parts, { name: 'synchronous_standby_names', value: syncSetting(names) }, deadline),
    act('have the standbys report', () => report(parts, deadline)),
  ];
  return runSteps('set-sync-names', steps, parts.interrupt);
}

/** A walsender releases waiting commits when its standby reports: at once after new WAL, else only once a status interval. */
async function report(parts: VerbParts, deadline: Deadline): Promise<void> {
  const { has_schema } = await askOne(parts, deadline, "SELECT to_regclass('netvis.heartbeat') IS NOT NULL AS has_schema");
  if (has_schema === true && !(await isInRecovery(parts, deadline))) await askOne(parts, deadline, heartbeatStatement);
}
