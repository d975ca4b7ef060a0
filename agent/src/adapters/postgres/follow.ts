import type { Outcome } from '../../ports/postgres-control.ts';
import { readIncarnation } from './data-directory.ts';
import { type Deadline, deadlineIn } from './deadline.ts';
import { readOwnSettings, writeOwnSettings } from './own-settings-file.ts';
import { upstreamOf } from './peer.ts';
import { reloadSteps } from './reload.ts';
import { readStatus, runningDescent } from './server-status.ts';
import { act, check, refused, runSteps } from './steps.ts';
import { requireSourceHasAllOf } from './upstream.ts';
import { budgetsMs, requireRunning, requireWhole, type VerbParts } from './verb.ts';

/** PostgreSQL 15 takes another `primary_conninfo` by a reload and restarts its WAL receiver alone. */
export async function follow(parts: VerbParts, host: string | null): Promise<Outcome> {
  const { place } = parts;
  if (host !== null && place.peers[host] === undefined) return refused('unknown-host');
  const deadline = deadlineIn(budgetsMs.follow);
  const { conninfo, slot } = upstreamOf(place, host, (await readIncarnation(place)) ?? '');
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    check('the data are whole', () => requireWhole(parts)),
    check('it is a standby whose data the source has', () => mayFollow(parts, host, deadline)),
    act('set whom to follow', async () => writeOwnSettings(place, { ...(await readOwnSettings(place)), follow: host })),
    ...reloadSteps(parts, { name: 'primary_slot_name', value: slot }, deadline),
    ...reloadSteps(parts, { name: 'primary_conninfo', value: conninfo }, deadline),
  ];
  return runSteps('follow', steps, parts.interrupt);
}

async function mayFollow(parts: VerbParts, host: string | null, deadline: Deadline): Promise<Outcome | undefined> {
  const status = await readStatus(parts.control, deadline);
  if (!status.in_recovery) return refused('out-of-recovery');
  return requireSourceHasAllOf(parts, { follow: host, own: await runningDescent(parts.place, status) }, deadline);
}
