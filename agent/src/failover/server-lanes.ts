import type { CanaryIntent, PostgresIntent } from '../core/failover/intent.ts';
import type { PostgresView } from '../core/failover/postgres-view.ts';
import type { LaneView } from '../core/failover/view.ts';
import { createLane, type Ended, type LaneParts } from './lane.ts';

export type ServerLanesParts = LaneParts & {
  /** Looks at the server once; null while nothing is known. Never rejects. */
  readonly read: () => Promise<PostgresView | null>;
  readonly carryOut: (intent: PostgresIntent | CanaryIntent) => Promise<Ended>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Between two renewals of the lease: what is to be decided in peace is decided at that pace. */
  readonly renewMs: number;
};

/** This host's server: what it is now, and what is being done to it. */
export type ServerLanes = {
  /** Null while nothing is known. */
  view(): PostgresView | null;
  lanes(): { readonly postgres: LaneView; readonly canary: LaneView };
  dispatch(intent: PostgresIntent | CanaryIntent): void;
  /** Looks now, because something happened; a look under way may have begun before it. */
  look(): void;
  /** Looks again and again until the signal fires: fast while something is under way, slowly in peace. */
  run(signal: AbortSignal): Promise<void>;
};

/** Between two looks at the server while an operation is under way, or the server comes or goes by itself. */
const pauseMs = { busy: 10, passing: 50 };

/** The same in peace, when what matters is pushed (the postmaster's death): a bit more often than the lease is renewed. */
function peacePauseMs({ renewMs }: ServerLanesParts): number {
  return Math.min(1000, Math.max(400, 0.8 * renewMs));
}

export function createServerLanes(parts: ServerLanesParts): ServerLanes {
  const [postgres, canary] = [createLane(parts), createLane(parts)];
  const looker = createLooker(parts, () => postgres.view());
  const isBusy = () => postgres.view().busy !== null || canary.view().busy !== null;
  const isPassing = () => ['starting', 'stopping'].includes(looker.view()?.process ?? '');
  const pauser = createPauser(parts);
  return {
    view: looker.view,
    lanes: () => ({ postgres: postgres.view(), canary: canary.view() }),
    dispatch(intent) {
      const lane = intent.kind === 'canary' ? canary : postgres;
      lane.start(intent.kind, async () => {
        const ended = await parts.carryOut(intent);
        await looker.lookAfresh();
        return ended;
      });
      pauser.end();
    },
    look: () => void looker.lookAfresh(),
    async run(signal) {
      while (!signal.aborted) {
        await looker.look();
        await pauser.pause(isBusy() ? pauseMs.busy : isPassing() ? pauseMs.passing : peacePauseMs(parts), signal);
      }
    },
  };
}

/** A pause that ends early when an operation begins. */
function createPauser({ sleep }: ServerLanesParts) {
  let current = new AbortController();
  return {
    end: () => current.abort(begun),
    async pause(ms: number, signal: AbortSignal) {
      current = new AbortController();
      await sleep(ms, AbortSignal.any([signal, current.signal]));
    },
  };
}

/** Why a pause ends; one for all, because an error of each one's own costs its stack. */
const begun = new Error('an operation begins');

type Looker = {
  view(): PostgresView | null;
  look(): Promise<void>;
  /** A look that began before now may not show what has just been done: one that begins after it. */
  lookAfresh(): Promise<void>;
};

/** One look at a time; who asks meanwhile gets the one under way. */
function createLooker(parts: ServerLanesParts, lane: () => LaneView): Looker {
  let view: PostgresView | null = null;
  let told = '';
  let looking: Promise<void> | null = null;
  const lookOnce = async () => {
    view = startingView(await parts.read(), lane());
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    parts.changed();
  };
  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };
  const lookAfresh = async () => {
    await looking;
    await look();
  };
  return { view: () => view, look, lookAfresh };
}

/**
 * A server that is being started has processes before it has written its postmaster.pid, which looks like the remains of
 * one that stops. A start is only begun where no process lives, so these are the new server's, and that is a standby.
 */
function startingView(view: PostgresView | null, { busy }: LaneView): PostgresView | null {
  return view?.process === 'stopping' && busy?.kind === 'start-standby' ? { ...view, process: 'starting' } : view;
}
