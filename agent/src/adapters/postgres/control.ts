import type { PostgresControl } from '../../ports/postgres-control.ts';
import type { CanaryPerch } from './canary.ts';
import { checkpoint } from './checkpoint.ts';
import { follow } from './follow.ts';
import { setGate } from './gate.ts';
import { initdb } from './initdb.ts';
import { promote } from './promote.ts';
import { rebuild } from './rebuild.ts';
import { rewind } from './rewind.ts';
import { ensureSlots } from './slots.ts';
import { startStandby } from './start-standby.ts';
import { kill, stop } from './stop.ts';
import { setSyncNames } from './sync-names.ts';
import type { VerbParts } from './verb.ts';

/** Every verb, each in the file of its name. */
export function postgresControl(parts: VerbParts, canary: CanaryPerch): PostgresControl {
  return {
    initdb: () => initdb(parts),
    startStandby: (host) => startStandby(parts, host),
    follow: (host) => follow(parts, host),
    promote: (order) => promote(parts, order),
    setSyncNames: (names) => setSyncNames(parts, names),
    checkpoint: () => checkpoint(parts),
    stop: (order) => stop(parts, order),
    kill: () => kill(parts),
    rewind: (from) => rewind(parts, from),
    rebuild: (from) => rebuild(parts, from),
    ensureSlots: (hosts) => ensureSlots(parts, hosts),
    openGate: () => setGate(parts, 'open'),
    shutGate: () => setGate(parts, 'shut'),
    canary: (id) => canary.sing(id),
  };
}
