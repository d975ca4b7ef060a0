/** Faults of one host. Each strike returns how it is healed, undefined where there is nothing to heal. */
import { freezeAgent, killAgent, thawAgent } from '../agent/process.ts';
import { checkpoint } from '../world/checkpoint.ts';
import { freezeGuard, killGuard, thawGuard } from '../world/guard.ts';
import { pause, powerOff, powerOn, resume } from '../world/host-power.ts';
import type { Disk, Host } from '../world/host-state.ts';
import { promote } from '../world/promotion.ts';
import { endServer, killPostmaster } from '../world/server-end.ts';
import { freezeServer, thawServer } from '../world/server-freeze.ts';
import type { World } from '../world/state.ts';
import { cancelWaiter, releaseNames } from '../world/sync-rep.ts';
import { emptyDirectory } from '../world/wal.ts';
import type { Fault } from './fault.ts';

export type Heal = (() => void) | undefined;

type Strike<K extends Fault['do']> = (world: World, host: Host, fault: Extract<Fault, { do: K }>) => Heal;
type HostFault = Exclude<
  Extract<Fault, { target: unknown }>['do'],
  'cut' | 'flap' | 'loss' | 'slow link' | 'change preset' | `ask ${string}`
>;

export const hostStrikes: { readonly [K in HostFault]: Strike<K> } = {
  'power off': (world, host) => {
    powerOff(world, host);
    return () => powerOn(world, host);
  },
  pause: (world, host, { clocks }) => {
    pause(world, host, clocks);
    return () => resume(world, host);
  },
  'kill postmaster': (world, host) => {
    if (host.postgres !== null) killPostmaster(world, host.postgres);
  },
  'freeze postgres': freezePostgres,
  'disk full': setDisk('isFull'),
  'disk read-only': setDisk('isReadOnly'),
  'disk hangs': setDisk('isHung'),
  'never flushes': setServer('isFlushStuck'),
  'replay pauses': setServer('isReplayPaused'),
  checkpoint: (world, host, { forMs }) => {
    if (host.postgres?.phase === 'running') checkpoint(world, host.postgres, { durationMs: forMs, whenDone: () => undefined });
  },
  'cancel waits': (_world, { postgres }) => {
    for (let count = postgres?.waiters.length ?? 0; postgres && count > 0; count--) cancelWaiter(postgres, 0);
  },
  'lose slots': (_world, host) => {
    host.disk.data.slots = [];
  },
  'manual promote': (world, { postgres }) => {
    if (postgres?.mode !== 'recovery' || postgres.isPromoting) return;
    postgres.isManual = true;
    promote(world, postgres, { promotionId: null, epoch: 0, isForced: false });
  },
  'wipe data': (world, host) => {
    if (host.postgres !== null) endServer(world, host.postgres, 'killed');
    host.disk.data = emptyDirectory();
  },
  'older copy': bringBackOlderCopy,
  'keeps old list': keepOldList,
  'kill agent': (world, host) => {
    killAgent(world, host);
  },
  'kill guard': (world, host) => {
    killGuard(world, host);
  },
  'freeze agent': (world, host) => {
    freezeAgent(world, host);
    return () => thawAgent(world, host);
  },
  'freeze guard': (world, host) => {
    freezeGuard(world, host);
    return () => thawGuard(world, host);
  },
  'busy systemd': (world, host, { forMs }) => {
    host.systemdBusyUntilMs = world.nowMs + forMs;
  },
  'slow cpu': (_world, host, { factor }) => {
    host.cpuFactor = factor;
    return () => {
      host.cpuFactor = 1;
    };
  },
};

function keepOldList(world: World, host: Host): Heal {
  const walsenders = world.hosts.flatMap(({ postgres }) => postgres?.walsenders ?? []).filter(({ standby }) => standby.host === host);
  for (const walsender of walsenders) walsender.keepsNames = true;
  return () => {
    for (const walsender of walsenders) releaseNames(world, walsender);
  };
}

function freezePostgres(_world: World, { postgres }: Host): Heal {
  if (postgres === null) return undefined;
  freezeServer(postgres);
  return () => thawServer(postgres);
}

function setDisk(trouble: keyof Disk & `is${string}`) {
  return (_world: World, { disk }: Host): Heal => {
    disk[trouble] = true;
    return () => {
      disk[trouble] = false;
    };
  };
}

function setServer(trouble: 'isFlushStuck' | 'isReplayPaused') {
  return (_world: World, { postgres }: Host): Heal => {
    if (postgres === null) return undefined;
    postgres[trouble] = true;
    return () => {
      postgres[trouble] = false;
      postgres.replayed = postgres.host.disk.data.wal.length;
    };
  };
}

/** Same host, less WAL: as after a snapshot of the machine was brought back. */
function bringBackOlderCopy(world: World, host: Host, { records, isFormer }: Extract<Fault, { do: 'older copy' }>): Heal {
  if (host.postgres !== null) endServer(world, host.postgres, 'killed');
  const { data } = host.disk;
  const wal = data.wal.slice(0, Math.max(1, data.wal.length - records));
  const lineage = data.lineage.filter((entry) => entry.fork < wal.length);
  const history = data.history.filter((entry) => entry.timeline === 1 || entry.fork < wal.length);
  const incarnation = isFormer ? `${data.incarnation}-former` : data.incarnation;
  host.disk.data = { ...data, wal, lineage, history, incarnation, isTampered: true };
  return undefined;
}
