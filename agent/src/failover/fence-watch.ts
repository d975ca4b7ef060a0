import type { InstantIntent } from '../core/failover/intent.ts';
import type { Postmaster } from '../core/failover/postgres-view.ts';
import type { FenceView, LeaseFile } from '../core/failover/view.ts';
import type { Fence, FenceAnswer } from '../ports/fence.ts';

type FenceOrder = Extract<InstantIntent, { kind: 'arm' | 'disarm' }>;

export type FenceWatchParts = {
  readonly fence: Fence;
  readonly budgetMs: number;
  /** The running postmaster, as it was last seen. */
  postmaster(): Postmaster | null;
  changed(): void;
  /** A refused order, for the journal. */
  refused(order: string, code: string): void;
};

/** netvis-guard as this process knows it. */
export type FenceWatch = {
  view(): FenceView;
  /** The deadline that a former process of this boot left; null = none, or not asked yet. */
  leaseFile(): LeaseFile | null;
  dispatch(intent: FenceOrder): void;
  /** Asks whether the guard answers, and what it holds. */
  look(): Promise<void>;
};

/** Orders are sent one after another and each answer is taken in; what was armed counts from its acknowledgement on. */
export function createFenceWatch(parts: FenceWatchParts): FenceWatch {
  let view: FenceView = { reachable: false, armed: null };
  let leaseFile: LeaseFile | null = null;
  let armedEpoch = 0;
  const take = (answer: FenceAnswer) => {
    const next = viewOf(answer, view);
    const isSame = JSON.stringify(next) === JSON.stringify(view);
    view = next;
    if (!isSame) parts.changed();
  };
  const order = async (intent: FenceOrder) => {
    const answer = await send(intent);
    if (answer.kind === 'refused') parts.refused(intent.kind, answer.code);
    take(answer);
  };
  const send = (intent: FenceOrder): Promise<FenceAnswer> => {
    if (intent.kind === 'disarm') return parts.fence.withdraw(armedEpoch, parts.budgetMs);
    armedEpoch = intent.epoch;
    return parts.fence.arm({ epoch: intent.epoch, deadline: intent.deadline, postmaster: parts.postmaster() }, parts.budgetMs);
  };
  return {
    view: () => view,
    leaseFile: () => leaseFile,
    dispatch: (intent) => void order(intent),
    async look() {
      const answer = await parts.fence.state(parts.budgetMs);
      leaseFile ??= leaseOf(answer);
      if (answer.kind === 'ok') armedEpoch = Math.max(armedEpoch, answer.state.epoch);
      take(answer);
    },
  };
}

/** Silence says nothing of what is armed: it stays as it was told last. */
function viewOf(answer: FenceAnswer, before: FenceView): FenceView {
  if (answer.kind === 'unreachable') return { ...before, reachable: false };
  const { state } = answer;
  const armed = state.kind === 'armed' ? { epoch: state.epoch, deadline: state.deadline } : null;
  return { reachable: state.canKill || state.kind !== 'armed', armed };
}

function leaseOf(answer: FenceAnswer): LeaseFile | null {
  if (answer.kind !== 'ok' || answer.state.kind !== 'armed' || answer.state.postmaster === null) return null;
  const { bootId, epoch, deadline, postmaster } = answer.state;
  return { bootId, epoch, deadline, postmaster };
}
