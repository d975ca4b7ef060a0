import type { RunEvent } from '../../control-plane/src/core/run-event.ts';

/** What a run changed, or would change, on each host: `stage: step` in the order it was told. */
export type ChangedSteps = Readonly<Record<string, readonly string[]>>;

/** The steps that changed according to a run's events. */
export function changedSteps(events: readonly RunEvent[]): ChangedSteps {
  const steps: Record<string, string[]> = {};
  for (const event of events) {
    if (event.event !== 'step' || event.outcome !== 'changed') continue;
    steps[event.host] ??= [];
    steps[event.host]?.push(`${event.stage}: ${event.step}`);
  }
  return steps;
}
