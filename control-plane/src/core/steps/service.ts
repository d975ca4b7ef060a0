import * as z from 'zod';
import type { UnitFact } from '../facts/unit.ts';
import { all, argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import { actOn, settle, type UnitVerb } from '../unit-act.ts';
import { change, noop } from './diff.ts';
import { unitName, words } from './setting.ts';
import type { Change, StepKind } from './step-kind.ts';

const schema = z.strictObject({
  unit: unitName,
  /** `as-found`: neither started nor stopped; what is pending is done if it runs, else left to the step (or the agent) that starts it. */
  state: z.enum(['started', 'stopped', 'as-found']),
  /** Whether it starts with the host; absent = left as it is. */
  enabled: z.boolean().optional(),
  /** Ports it must listen on within 30 s of an act. */
  listens: words.pipe(z.array(z.string().regex(/^[0-9]{1,5}$/, 'must be a port'))).default([]),
  /** Program that succeeds while the unit serves: if it did before an act, it must within 30 s after it. */
  serves: z.array(z.string()).default([]),
});

type Settings = z.output<typeof schema>;

/** A server that is never restarted by apply: its agent owns starts and stops. */
const reloadedOnly = new Set(['netvis-postgres.service']);
const running = new Set(['active', 'reloading']);
/** States of a unit file in which `systemctl enable` has nothing to do or cannot do anything. */
const notEnablable = new Set(['enabled', 'static', 'indirect', 'generated', 'alias', 'transient']);

/** A systemd unit's state, and whether it starts with the host. Carries out a pending restart or reload, once. */
export const serviceKind: StepKind<Settings> = {
  kind: 'service',
  schema,
  facts: ({ unit }) => [{ source: 'unit', key: unit }],
  diff(settings, { fact, pending }) {
    const found = fact<UnitFact>('unit', settings.unit);
    const verb = verbFor(settings, found, pending(settings.unit));
    const changes = [
      ...unitReload(found, verb),
      ...enableChanges(settings, found),
      ...(verb ? [act(settings, verb)] : []),
      ...leftMarker(settings, found, verb),
    ];
    return changes.length === 0 ? noop(`${settings.unit} is ${found.active}`) : change(...changes);
  },
};

/** An earlier step of the stage may have written the unit file, so systemd reads it again before it acts on it. */
function unitReload(found: UnitFact, verb: UnitVerb | null): readonly Change[] {
  if (!found.needReload && (verb === null || verb === 'stop')) return [];
  return [{ summary: 'read unit files again', command: argv('systemctl', 'daemon-reload') }];
}

function verbFor({ unit, state }: Settings, found: UnitFact, pending: UnitFact['pending']): UnitVerb | null {
  const isRunning = running.has(found.active);
  if (state === 'stopped') return isRunning || found.active === 'activating' ? 'stop' : null;
  // Its agent may start it while the batch is at work: whether it runs is asked again when it is told to read its files.
  if (pending && reloadedOnly.has(unit)) return 'reload';
  if (!isRunning) return state === 'started' ? 'start' : null;
  return pending;
}

function enableChanges({ unit, enabled }: Settings, found: UnitFact): readonly Change[] {
  if (enabled && !notEnablable.has(found.file)) return [{ summary: `enable ${unit}`, command: argv('systemctl', '-q', 'enable', unit) }];
  if (enabled === false && found.file.startsWith('enabled'))
    return [{ summary: `disable ${unit}`, command: argv('systemctl', '-q', 'disable', unit) }];
  return [];
}

/** A unit that is told to stop has nothing to come back to. */
function act({ unit, listens, serves }: Settings, verb: UnitVerb): Change {
  const summary = `${verb} ${unit}`;
  if (verb === 'stop') return { summary, command: all(argv('systemctl', verb, unit), settle(unit)) };
  const command = actOn({ unit, verb, listens, serves });
  return { summary, command: reloadedOnly.has(unit) ? ifRunning(unit, command) : command, acts: { unit, verb } };
}

/** A server that does not run reads everything anew when it is started: nothing is pending then. */
function ifRunning(unit: string, command: RemoteCommand): RemoteCommand {
  return concat(raw('if '), argv('systemctl', '-q', 'is-active', unit), raw('; then '), command, raw('; else '), settle(unit), raw('; fi'));
}

/** A marker that asks a stopped unit to restart has nothing left to ask. */
function leftMarker({ unit, state }: Settings, { pending }: UnitFact, verb: UnitVerb | null): readonly Change[] {
  if (!pending || verb || state !== 'stopped') return [];
  return [{ summary: `forget the pending ${pending} of ${unit}`, command: settle(unit) }];
}
