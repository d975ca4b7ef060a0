import type { RunReport } from '../core/run-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';
import { failRun } from './advance-run.ts';

type Ports = { readonly store: RunStore; readonly clock: Clock; readonly outcome?: RunReport['outcome'] };

/** Ends a run that cannot go on, from its record alone; a run that has its report keeps it. Rejects as the store does. */
export async function failOnce(id: string, reason: unknown, ports: Ports): Promise<void> {
  if (await ports.store.report(id)) return;
  await failRun(await ports.store.get(id), reason, ports);
}
