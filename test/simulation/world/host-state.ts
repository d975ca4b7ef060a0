/**
 * A host as plain data: its clocks, disk, guard and agent, and a running PostgreSQL: its processes, and what each of them
 * believes of the synchronous standbys.
 */
import type { DataDirectory } from './wal.ts';

/** What a pause of a whole host does to its clocks: `freeze` none, `suspend` stops MONOTONIC, `blind` stops both. */
export type PauseKind = 'freeze' | 'suspend' | 'blind';

/** Clocks run at `rate` from what they showed at `anchorMs`. */
export type HostClock = { readonly rate: number; anchorMs: number; monotonicMs: number; boottimeMs: number };

export type Disk = { data: DataDirectory; isFull: boolean; isReadOnly: boolean; isHung: boolean; agentState: unknown };

/** An instant on both of a host's clocks. */
export type Deadline = { readonly monotonicMs: number; readonly boottimeMs: number };

/** netvis-guard: one deadline on the host's own clocks, and what becomes of the process. `/run` keeps the deadline. */
export type Guard = {
  isAlive: boolean;
  isFrozen: boolean;
  armed: { readonly epoch: number; readonly deadline: Deadline } | null;
  /** Counts what was armed and disarmed, so that an older timer knows it is void. */
  arming: number;
  /** A bug to be found: it looks at CLOCK_MONOTONIC alone. */
  hasOneClock: boolean;
};

/** The agent's process as the rest of its host sees it. */
export type AgentHandle = {
  status: 'running' | 'frozen' | 'dead';
  readonly backlog: (() => void)[];
  /** A new process; its memory is what the disk kept. */
  start(): void;
  end(): void;
  /** Something a held session tells at once: a postmaster's end. */
  notice(): void;
  /** The store's watch tells a new value. */
  hear(answer: StoreAnswer): void;
  /** What it tells another agent that asks. */
  report(): unknown;
};

/** What the store answers; of a compare that failed, what stands there instead. */
export type StoreAnswer = {
  readonly kind: 'swapped' | 'compared unequal' | 'value' | 'refused';
  readonly revision: number;
  readonly value: unknown;
  readonly clusterId: string;
  readonly requests: readonly unknown[];
};

export type Role = 'primary' | 'standby' | 'none' | 'fault';

export type Host = {
  readonly index: number;
  readonly name: string;
  readonly clock: HostClock;
  readonly disk: Disk;
  readonly guard: Guard;
  agent: AgentHandle;
  isOn: boolean;
  /** Counts boots: what was begun in an earlier one is gone. */
  boot: number;
  pause: PauseKind | null;
  readonly backlog: (() => void)[];
  postgres: Server | null;
  role: Role;
  /** keepalived's file: this host has the data address. */
  isAddressUp: boolean;
  /** What /run/netvis/lease holds; gone with a boot. */
  leaseFile: unknown;
  /** systemd's PID 1 sits in a slow generator until then. */
  systemdBusyUntilMs: number;
  /** Time judged by this host's clocks proves nothing until then: the host was paused and has not yet acted since. */
  excusedUntilMs: number;
  cpuFactor: number;
  /** When the guard and the agent last were down or stood still. */
  guardDownAtMs: number;
  agentDownAtMs: number;
};

/** A commit that waits for synchronous standbys. */
export type Waiter = { readonly position: number; readonly done: (outcome: CommitOutcome) => void };

/** `cancelled` = visible and told as success with a warning; `gone` = the session ended without an answer. */
export type CommitOutcome = 'returned' | 'cancelled' | 'gone' | 'refused';

/** A replication connection; it ends for each side when that side learns of it. */
export type Walsender = {
  readonly primary: Server;
  readonly standby: Server;
  readonly incarnation: string;
  readonly sinceMs: number;
  isOpen: boolean;
  /** This process's own copy of the list: it releases waiters by it, whatever others believe. */
  names: readonly string[];
  /** It does not get to take over a new list. */
  keepsNames: boolean;
  sent: number;
  flushed: number;
  isShipping: boolean;
  heardAtMs: number;
};

export type Receiver = {
  readonly upstream: Host;
  status: 'connecting' | 'streaming' | 'failed';
  walsender: Walsender | null;
  heardAtMs: number;
};

export type Checkpoint = { readonly endsAtMs: number; readonly timeline: number; readonly whenDone: (() => void)[] };

export type Server = {
  readonly id: number;
  readonly host: Host;
  readonly startedAtMs: number;
  /** Told once when the last process has ended. */
  readonly whenEnded: (() => void)[];
  /** Of the postmaster's kin: `false` once every process has ended. */
  isAlive: boolean;
  /** Backends may outlive their postmaster: they finish the statement they are in. */
  hasPostmaster: boolean;
  /** SIGSTOPped, all of it. */
  isFrozen: boolean;
  readonly backlog: (() => void)[];
  phase: 'starting' | 'running' | 'stopping';
  mode: 'recovery' | 'primary';
  /** The order of promotions in the whole run; 0 in recovery. */
  reign: number;
  /** Promoted by hand, not by an agent. */
  isManual: boolean;
  replayed: number;
  isReplayPaused: boolean;
  /** A promotion was asked for and is not through. */
  isPromoting: boolean;
  isFlushStuck: boolean;
  /** What SHOW says: the backends' copy of the list. */
  names: readonly string[];
  /** The list has been the placeholder since the start. */
  hasKeptPlaceholder: boolean;
  /** The flag in shared memory which the checkpointer alone sets: while it is false, commits do not wait. */
  isSyncDefined: boolean;
  released: number;
  waiters: Waiter[];
  walsenders: Walsender[];
  receiver: Receiver | null;
  checkpoint: Checkpoint | null;
  isGateOpen: boolean;
};
