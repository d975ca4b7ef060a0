import type { FailoverReading } from '../contract/health-report.ts';
import { decide } from '../core/failover/decide.ts';
import type { Intent } from '../core/failover/intent.ts';
import { emptyMemory, type Memory } from '../core/failover/memory.ts';
import { elapsedForCandidate, type Moment } from '../core/failover/moment.ts';
import type { PostgresView } from '../core/failover/postgres-view.ts';
import { answerOf } from '../core/failover/self-report.ts';
import type { PeerSays } from '../ports/ask-peer.ts';
import type { DurableState } from '../ports/durable-state.ts';
import type { Chronicle } from './chronicle.ts';
import { createFailoverLoop, type FailoverLoop } from './failover-loop.ts';
import { type ViewParts, viewOf } from './failover-view.ts';

export type FailoverParts = ViewParts & {
  readonly durable: DurableState;
  readonly chronicle: Chronicle;
  /** Takes a request out of the store; one that the store does not take is asked for again. */
  withdraw(id: string): void;
  /** Kills every process of the server now. */
  kill(): void;
  moment(): Moment;
  callAt(monotonicMs: number, call: () => void): () => void;
  callSoon(call: () => void): void;
};

/** PostgreSQL's failover on this host. */
export type Failover = {
  /** Something is known that a decision may wait for. Without effect before the first look at the server. */
  wake(): void;
  stop(): void;
  /** What another host's agent is told; null before the first look. */
  answer(): PeerSays | null;
  reading(): FailoverReading;
};

/** Sensors → view → decision → operations, turn by turn, from an empty memory and what is on disk. */
export function createFailover(parts: FailoverParts): Failover {
  const loop: FailoverLoop = createFailoverLoop(
    {
      moment: parts.moment,
      view: (now) => viewOf(parts, now, requirePostgres(parts)),
      decide,
      persist: (durable) => parts.durable.save(durable),
      dispatch: (intent) => dispatch(parts, intent),
      told: (decision) => parts.chronicle.note(decision),
      callAt: parts.callAt,
      callSoon: parts.callSoon,
    },
    emptyMemory(parts.durable.load()),
  );
  return {
    wake: () => (parts.server.view() ? loop.wake() : undefined),
    stop: loop.stop,
    answer() {
      const postgres = parts.server.view();
      return postgres ? answerOf(viewOf(parts, parts.moment(), postgres), loop.memory()) : null;
    },
    reading: () => readingOf(parts, loop.memory()),
  };
}

function requirePostgres({ server }: FailoverParts): PostgresView {
  const view = server.view();
  if (!view) throw new Error('a turn before the first look at the server');
  return view;
}

function dispatch(parts: FailoverParts, intent: Intent): void {
  switch (intent.kind) {
    case 'read-state':
    case 'swap':
      parts.store.dispatch(intent);
      break;
    case 'ask-peers':
      parts.peers.dispatch(intent);
      break;
    case 'arm':
    case 'disarm':
      parts.fence.dispatch(intent);
      break;
    case 'fence-now':
    case 'address':
    case 'role-file':
    case 'withdraw-request':
      doNow(parts, intent);
      break;
    default:
      parts.server.dispatch(intent);
  }
}

type Instant = Extract<Intent, { kind: 'fence-now' | 'address' | 'role-file' | 'withdraw-request' }>;

function doNow(parts: FailoverParts, intent: Instant): void {
  if (intent.kind === 'fence-now') fenceNow(parts);
  else if (intent.kind === 'address') parts.shown.raiseAddress(intent.raised);
  else if (intent.kind === 'role-file') parts.shown.showRole(intent.role);
  else parts.withdraw(intent.id);
}

/** The kill first; what is shown follows at once. */
function fenceNow({ kill, shown }: FailoverParts): void {
  kill();
  shown.raiseAddress(false);
  shown.showRole('none');
}

/** The record as the decisions know it: own writes are not read back. */
function readingOf(parts: FailoverParts, { watch }: Memory): FailoverReading {
  const answeredAt = parts.store.answeredAt();
  const last = parts.chronicle.last();
  const { reachable, armed } = parts.fence.view();
  return {
    record: watch?.found.kind === 'record' ? watch.found.record : null,
    storeAgeMs: answeredAt === null ? null : Math.round(elapsedForCandidate(answeredAt, parts.moment())),
    guard: { reachable, armed: armed !== null },
    failed: failedOf(parts),
    decision: last === null ? null : { rule: last.ruleId, saw: { ...last.why.saw }, others: { ...last.why.others } },
  };
}

function failedOf({ server }: FailoverParts): FailoverReading['failed'] {
  const { last } = server.lanes().postgres;
  return last?.failure == null ? null : { operation: last.kind, reason: last.failure };
}
