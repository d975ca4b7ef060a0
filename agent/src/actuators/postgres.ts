import type { CanaryIntent, PostgresIntent } from '../core/failover/intent.ts';
import type { Outcome, PostgresControl } from '../ports/postgres-control.ts';

/** How an intent ended: null = done, else a line that says why not, e.g. `refused: half-made`. */
export type CarriedOut = { readonly failure: string | null };

/** Carries out the intents of the lanes `postgres` and `canary`, each by the one verb of its name. */
export function postgresActuator(control: PostgresControl): (intent: Order) => Promise<CarriedOut> {
  // Each verb takes the intent of its own kind, which is what the table is looked up by.
  return async (intent) => ({ failure: failureOf(await verbs[intent.kind](control, intent as never)) });
}

type Order = PostgresIntent | CanaryIntent;
type Verbs = { readonly [Kind in Order['kind']]: (control: PostgresControl, intent: Extract<Order, { kind: Kind }>) => Promise<Outcome> };

const verbs: Verbs = {
  initdb: (control) => control.initdb(),
  'start-standby': (control, { follow }) => control.startStandby(follow),
  follow: (control, { host }) => control.follow(host),
  promote: (control, order) => control.promote(order),
  'set-sync-names': (control, { names }) => control.setSyncNames(names),
  checkpoint: (control) => control.checkpoint(),
  stop: (control, order) => control.stop(order),
  rewind: (control, { from }) => control.rewind(from),
  rebuild: (control, { from }) => control.rebuild(from),
  'ensure-slots': (control, { hosts }) => control.ensureSlots(hosts),
  'open-gate': (control) => control.openGate(),
  'shut-gate': (control) => control.shutGate(),
  canary: (control, { id }) => control.canary(id),
};

function failureOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'done':
      return null;
    case 'refused':
      return `refused: ${outcome.reason}`;
    case 'failed':
      return `failed: ${outcome.reason}`;
    case 'timeout':
      return `timeout: waited for ${outcome.waitedFor}`;
    default:
      return outcome satisfies never;
  }
}
