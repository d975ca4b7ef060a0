import { known, type Reading } from '../core/reading.ts';
import { parseUnitStates, type UnitState } from '../core/readings/unit-states.ts';
import { within } from './deadline.ts';
import { type RunProgram, runProgram } from './program.ts';

/** States of all `units` by one `systemctl show`. */
export async function readUnits(units: readonly string[], run: RunProgram = runProgram): Promise<Reading<ReadonlyMap<string, UnitState>>> {
  if (units.length === 0) return known(new Map());
  const words = ['systemctl', 'show', '--property=Id,LoadState,ActiveState,SubState', '--', ...units] as const;
  return within(900, async (signal) => parseUnitStates(await run(words, signal)));
}
