import { randomBytes } from 'node:crypto';
import type { Moment } from '../../core/failover/moment.ts';
import type { PostgresControl } from '../../ports/postgres-control.ts';
import type { PostgresEvent, PostgresSensor } from '../../ports/postgres-sensor.ts';
import type { ServerProcess } from '../../ports/server-process.ts';
import { CanaryPerch } from './canary.ts';
import { postgresControl } from './control.ts';
import { LineageBook } from './lineage-book.ts';
import type { PostgresPlace } from './place.ts';
import { Prober } from './probe.ts';
import { Sensor } from './sensor.ts';
import { heldSession, ownServer } from './session.ts';
import type { Interrupt } from './steps.ts';
import type { VerbParts } from './verb.ts';
import { PostmasterWatch } from './watch.ts';

export type PostgresOptions = {
  readonly process: ServerProcess;
  readonly now: () => Moment;
  /** Something happened that the next reading will show. */
  readonly onEvent: (event: PostgresEvent) => void;
  readonly patienceMs: { readonly reading: number; readonly server: number; readonly probe: number };
  /** Between two probes. */
  readonly probeRestMs: number;
  /** Called between any two lines of a verb. */
  readonly interrupt?: Interrupt;
};

/** This host's PostgreSQL: what is done to it and what is seen of it. Sessions are opened when they are needed. */
export function openPostgres(place: PostgresPlace, options: PostgresOptions): { control: PostgresControl; sensor: PostgresSensor } {
  const { process, now, onEvent, patienceMs, probeRestMs, interrupt = () => undefined } = options;
  const lineage = new LineageBook(place);
  const control = heldSession(ownServer(place, 'control', { synchronous_commit: 'local' }));
  const newIncarnation = () => randomBytes(8).toString('hex');
  const parts: VerbParts = { place, process, control, lineage, newIncarnation, interrupt };
  const canary = new CanaryPerch(parts, () => onEvent('canary-changed'));
  const ended = () => onEvent('probe-ended');
  const prober = new Prober(place, { now, patienceMs: patienceMs.probe, restMs: probeRestMs, ended });
  const watch = new PostmasterWatch(place, () => onEvent('postmaster-gone'));
  const sensor = new Sensor({ place, lineage, canary, prober, watch, patienceMs, nowMs: () => now().monotonicMs });
  const close = () => {
    sensor.close();
    control.end();
  };
  return { control: postgresControl(parts, canary), sensor: { read: () => sensor.read(), close } };
}
