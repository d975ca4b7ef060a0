import type { StoredEvent } from '../../../control-plane/src/core/run-event.ts';

/** How far a run had come when something happened to it. */
export type Progress = {
  /** `start` before the run's first event, else its phase, or the stage at work. */
  readonly at: string;
  /** Steps it had told as changed. */
  readonly changed: number;
};

/** How far these events are. */
export function progressOf(events: readonly StoredEvent[]): Progress {
  const marks = events.flatMap((event) => {
    if (event.event === 'phase') return [event.phase];
    return event.event === 'stage' && event.state === 'start' ? [event.stage] : [];
  });
  const changed = events.filter((event) => event.event === 'step' && event.outcome === 'changed').length;
  return { at: marks.at(-1) ?? 'start', changed };
}

/** How long after the first event the first stage began: what every apply does again before it changes anything. */
export function lookMs(events: readonly StoredEvent[]): number {
  const [first] = events;
  const stage = events.find(({ event }) => event === 'stage');
  if (!first || !stage) throw new Error('the undisturbed apply has no stage');
  return Date.parse(stage.at) - Date.parse(first.at);
}
