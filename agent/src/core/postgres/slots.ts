/** Replication slots: every database host has one for each other host, so that any of them can become the primary. */
import type { Lsn } from '../failover/lsn.ts';

export type Slot = {
  readonly name: string;
  readonly active: boolean;
  /** The pid of the walsender that uses it. */
  readonly activePid: number | null;
  /** The oldest WAL it keeps. */
  readonly restartLsn: Lsn | null;
  /** Its WAL is gone: `max_slot_wal_keep_size` was reached. */
  readonly lost: boolean;
};

const prefix = 'netvis_';

/** A host's slot: slot names know no hyphen, host names no underscore. */
export function slotOf(host: string): string {
  return `${prefix}${host.replaceAll('-', '_')}`;
}

/** How far a slot nobody uses may fall behind on a standby: its only use there is to be at hand after a promotion. */
const slackBytes = 128 * 1024 * 1024;

export type SlotPlan = {
  readonly drop: readonly string[];
  readonly create: readonly string[];
  readonly advance: readonly { readonly name: string; readonly to: Lsn }[];
};

/** A server's slots and its position; on a standby nothing but the agent moves a slot. */
export type SlotPlace = { readonly slots: readonly Slot[]; readonly inRecovery: boolean; readonly replayLsn: Lsn | null };

/** What has to change so that exactly `hosts` have usable slots. Slots of other makers stay as they are. */
export function planSlots(hosts: readonly string[], place: SlotPlace): SlotPlan {
  const wanted = hosts.map(slotOf);
  const usable = usableSlots(place).map(({ name }) => name);
  const strays = place.slots.filter(({ name, active }) => name.startsWith(prefix) && !active && !wanted.includes(name));
  const useless = (slot: Slot) => slot.lost || slot.restartLsn === null;
  const broken = place.slots.filter((slot) => wanted.includes(slot.name) && useless(slot) && !slot.active);
  const gone = new Set(broken.map(({ name }) => name));
  const behind = place.slots.filter((slot) => wanted.includes(slot.name) && !usable.includes(slot.name) && !useless(slot) && !slot.active);
  return {
    drop: [...strays, ...broken].map(({ name }) => name),
    create: wanted.filter((name) => gone.has(name) || place.slots.every((slot) => slot.name !== name)),
    advance: behind.map(({ name }) => ({ name, to: Math.max(0, (place.replayLsn ?? 0) - slackBytes) })),
  };
}

/** The hosts among `hosts` that could stream from here at once. */
export function hostsWithSlots(hosts: readonly string[], place: SlotPlace): string[] {
  const usable = new Set(usableSlots(place).map(({ name }) => name));
  return hosts.filter((host) => usable.has(slotOf(host)));
}

function usableSlots({ slots, inRecovery, replayLsn }: SlotPlace): Slot[] {
  const tooFarBehind = (slot: Slot) => inRecovery && !slot.active && (replayLsn ?? 0) - (slot.restartLsn ?? 0) > 2 * slackBytes;
  return slots.filter((slot) => !slot.lost && slot.restartLsn !== null && !tooFarBehind(slot));
}

/** Whose slot that is; null = none of `hosts`. */
export function hostOfSlot(hosts: readonly string[], slot: string): string | null {
  return hosts.find((host) => slotOf(host) === slot) ?? null;
}
