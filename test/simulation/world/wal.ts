/** The WAL as a list of records; a position counts records, so it is a flush LSN that is easy to read. */

export type WalRecord = {
  readonly kind: 'start' | 'write' | 'canary' | 'promotion' | 'shutdown';
  readonly timeline: number;
  /** A canary's id. */
  readonly canaryId?: string;
  readonly promotion?: Promotion;
  /** When and where it was inserted. */
  readonly atMs: number;
  readonly hostIndex: number;
};

/** Whose promotion it was, as the first row after it says: null before that row, and of one that was made by hand. */
export type Promotion = { readonly promotionId: string | null; readonly epoch: number; readonly isForced: boolean };

/** A promotion as the rows of a database tell it. */
export type Lineage = Promotion & { readonly timeline: number; readonly fork: number };

/** From `fork` on, records are of `timeline`. As in a history file, only numbers: the lineage is not in it. */
export type TimelineSwitch = { readonly timeline: number; readonly fork: number };

export type DataDirectory = {
  state: 'empty' | 'whole' | 'half-made';
  systemId: string | null;
  incarnation: string;
  /** Flushed records. Two directories have the same records exactly where the elements are identical. */
  wal: WalRecord[];
  history: readonly TimelineSwitch[];
  /** The highest number of any history file that was ever fetched or written here: a promotion takes the next. */
  highestTimeline: number;
  /** The latest canary row, and where in these records it ends. */
  lastCanary: { readonly id: string; readonly position: number } | null;
  /** The promotions whose rows stand in these records, oldest first. */
  lineage: Lineage[];
  /** The timeline in the control file: what pg_rewind compares. A promotion changes it only with its first checkpoint. */
  checkpointTimeline: number;
  /** A rewind said that nothing was to do although records differ: the server streams all the same. */
  isFalselyRewound: boolean;
  /** Somebody put an older copy in its place: it may lack rows although it bears the same name. */
  isTampered: boolean;
  syncNames: readonly string[];
  /** The hosts which have a replication slot here. A copy does not take them along. */
  slots: readonly string[];
};

export const placeholder: readonly string[] = ['netvis_placeholder'];

export function emptyDirectory(): DataDirectory {
  return {
    state: 'empty',
    systemId: null,
    incarnation: '',
    wal: [],
    history: [{ timeline: 1, fork: 0 }],
    highestTimeline: 1,
    lastCanary: null,
    lineage: [],
    checkpointTimeline: 1,
    isFalselyRewound: false,
    isTampered: false,
    syncNames: placeholder,
    slots: [],
  };
}

/** A copy of a directory as a base backup makes it, under an incarnation of its own. */
export function copyDirectory(from: DataDirectory, incarnation: string): DataDirectory {
  return {
    ...from,
    wal: [...from.wal],
    lineage: [...from.lineage],
    incarnation,
    isFalselyRewound: false,
    isTampered: false,
    syncNames: placeholder,
    slots: [],
  };
}

export function timelineOf(data: DataDirectory): number {
  return data.history[data.history.length - 1]?.timeline ?? 1;
}

export function append(data: DataDirectory, record: WalRecord): void {
  const { timeline, promotion } = record;
  const last = data.lineage[data.lineage.length - 1];
  const isKnown = last?.timeline === timeline;
  if (promotion !== undefined && isKnown) data.lineage[data.lineage.length - 1] = { ...last, ...promotion };
  else if (promotion !== undefined) data.lineage.push({ ...promotion, timeline, fork: data.wal.length });
  data.wal.push(record);
  if (record.canaryId !== undefined) data.lastCanary = { id: record.canaryId, position: data.wal.length };
}

/** Where records of `timeline` end in this history: at the next switch, or nowhere yet. Null when it is not part of it. */
export function endOfTimeline(history: readonly TimelineSwitch[], timeline: number): number | null {
  const index = history.findIndex((entry) => entry.timeline === timeline);
  return index < 0 ? null : (history[index + 1]?.fork ?? Number.POSITIVE_INFINITY);
}

/** The first position at which two directories hold different records, or the length of the shorter one. */
export function commonPrefix(a: DataDirectory, b: DataDirectory): number {
  const length = Math.min(a.wal.length, b.wal.length);
  let position = 0;
  while (position < length && a.wal[position] === b.wal[position]) position++;
  return position;
}

export type StreamVerdict = 'streams' | 'forked' | 'ahead' | 'unknown timeline' | 'other system';

/**
 * What a walsender answers to a standby that asks to go on where its own WAL ends. PostgreSQL compares timelines by
 * number alone, so equal numbers of different lineage stream.
 */
export function judgeStart(standby: DataDirectory, upstream: DataDirectory): StreamVerdict {
  if (standby.systemId !== upstream.systemId) return 'other system';
  const end = endOfTimeline(upstream.history, timelineOf(standby));
  if (end === null) return 'unknown timeline';
  if (standby.wal.length > end && !standby.isFalselyRewound) return 'forked';
  return standby.wal.length > upstream.wal.length ? 'ahead' : 'streams';
}
