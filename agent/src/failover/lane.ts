import type { Moment } from '../core/failover/moment.ts';
import type { LaneView } from '../core/failover/view.ts';

/** What an operation came to; a failure is a line for the operator. */
export type Ended = { readonly failure: string | null };

/** One operation at a time, with what the view shows of it. */
export type LaneState = {
  view(): LaneView;
  /** Starts an operation in the idle lane; throws when one is in flight, which a decision never asks for. */
  start(kind: string, operation: () => Promise<Ended>): void;
};

export type LaneParts = {
  moment(): Moment;
  /** An operation ended. */
  changed(): void;
  /** An operation failed: for the journal. */
  failed(kind: string, reason: string): void;
};

export function createLane({ moment, changed, failed }: LaneParts): LaneState {
  let view: LaneView = { busy: null, last: null };
  return {
    view: () => view,
    start(kind, operation) {
      if (view.busy) throw new Error(`${kind} was asked for while ${view.busy.kind} is in flight`);
      view = { ...view, busy: { kind, since: moment() } };
      void operation()
        .catch((error: unknown): Ended => ({ failure: error instanceof Error ? error.message : String(error) }))
        .then(({ failure }) => {
          view = { busy: null, last: { kind, at: moment(), failure } };
          if (failure !== null) failed(kind, failure);
          changed();
        });
    },
  };
}
