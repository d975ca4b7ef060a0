import { formatLsn } from '../../core/failover/lsn.ts';
import { planSlots } from '../../core/postgres/slots.ts';
import { slotPlaceOf } from '../../core/postgres/status.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { deadlineIn } from './deadline.ts';
import { readStatus } from './server-status.ts';
import { act, check, runSteps } from './steps.ts';
import { budgetsMs, requireRunning, type VerbParts } from './verb.ts';

/** On standbys too, where nothing but the agent moves a slot on. */
export function ensureSlots(parts: VerbParts, hosts: readonly string[]): Promise<Outcome> {
  const deadline = deadlineIn(budgetsMs.slots);
  const others = hosts.filter((host) => host !== parts.place.host);
  const plan = async () => planSlots(others, slotPlaceOf(await readStatus(parts.control, deadline)));
  const ask = (statement: string, values: readonly unknown[]) => parts.control.query(deadline, statement, values);
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    act('drop what nobody needs or can use', async () => {
      for (const name of (await plan()).drop) await ask('SELECT pg_drop_replication_slot($1)', [name]);
    }),
    act('make what is absent', async () => {
      for (const name of (await plan()).create) await ask('SELECT pg_create_physical_replication_slot($1, true)', [name]);
    }),
    act('move on what has fallen behind', async () => {
      for (const { name, to } of (await plan()).advance) await ask('SELECT pg_replication_slot_advance($1, $2)', [name, formatLsn(to)]);
    }),
  ];
  return runSteps('ensure-slots', steps, parts.interrupt);
}
