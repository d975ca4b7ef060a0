import type { RunMode, StoredEvent } from '../core/run-event.ts';
import { interrupted, resumeHint } from '../execute/interrupted.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

export type InterruptionParts = {
  /** Sends the signals: the process. */
  readonly source: { on(signal: (typeof signals)[number], listener: () => void): unknown };
  readonly say: (text: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
};

/** `onEvent` takes the run's events, to know which run it is. */
export type Interruption = { readonly signal: AbortSignal; onEvent(event: StoredEvent): void };

/**
 * The first signal lets the run end after the steps in hand; a second one ends the process where it is, as a kill would:
 * hosts end their step, and the lock is lost by itself.
 */
export function createInterruption({ source, say, exit }: InterruptionParts): Interruption {
  const controller = new AbortController();
  let run: { readonly id: string; readonly mode: RunMode } = { id: '', mode: 'plan' };
  const stop = () => {
    if (controller.signal.aborted) return exit(130);
    say(`Stopping after the steps in hand; a second Ctrl-C ends this command at once. ${resumeHint(run)}`);
    controller.abort(interrupted(run));
  };
  for (const signal of signals) source.on(signal, stop);
  return {
    signal: controller.signal,
    onEvent(event) {
      if (event.event === 'run') run = { id: event.run, mode: event.mode };
    },
  };
}
