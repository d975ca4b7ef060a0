/** The simulated world as plain data. Times are milliseconds of virtual time unless a name says whose clock they are read on. */
import type { EventQueue } from '../engine/event-queue.ts';
import type { Random } from '../engine/random.ts';
import type { Trace } from '../engine/trace.ts';
import type { Host, Server } from './host-state.ts';

/** How many faults cut, flap or lose what goes this way now, and by how many milliseconds they slow it down. */
export type Link = { cut: number; flap: number; loss: number; slow: number };

export type Network = {
  readonly links: Map<string, Link>;
  readonly delayMs: readonly [number, number];
  /** Requests and replies of the store may be this late, or come twice, while a fault says so. */
  storeTrouble: { readonly lateRate: number; readonly twiceRate: number; readonly lateMs: number } | null;
};

export type StoredValue = { readonly revision: number; readonly value: unknown };

/** One linearizable key with its revisions. */
export type Store = {
  value: unknown;
  revision: number;
  clusterId: string;
  /** An older state was brought back: it names servers that may lack rows. */
  isRolledBack: boolean;
  status: 'ok' | 'no-leader' | 'read-only';
  readonly waiting: (() => void)[];
  readonly past: StoredValue[];
  /** What a swap writes, or null where its compare fails. */
  compare(swap: { readonly expectRevision: number; readonly value: unknown }): unknown;
  /** Operators' requests lie beside the state and carry no authority. */
  requests: readonly unknown[];
};

export type Timings = {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly requestMs: number;
  readonly agentStopMs: number;
  readonly guardKillMs: number;
  readonly standbyGoneMs: number;
};

export type Setup = {
  readonly seed: number;
  readonly replicas: number;
  readonly preset: 'fast' | 'balanced' | 'wide';
  readonly mode: 'availability' | 'protection';
  /** How many members the inventory asks for. */
  readonly wantedMembers: number;
  readonly clockRates: readonly number[];
};

/** Streams of noise, one for each part, so that a fault taken away changes as little as possible of the rest. */
export type Noise = { readonly [part in 'network' | 'store' | 'postgres' | 'agent' | 'client']: Random };

/** Told at the moment it happens; throws where an invariant is broken. */
export type Observer = {
  acknowledged(server: Server, position: number): void;
  promoted(server: Server): void;
  storeWritten(before: unknown): void;
  /** Who may write or what must wait may have changed: looked at once more when the event is over. */
  changed(): void;
};

/** Where an agent's operation is: about to be begun, begun, or told to be over. */
export type OperationPoint = 'before' | 'during' | 'after';

export type World = {
  nowMs: number;
  nextServerId: number;
  /** For how long operators forbade take-overs, in all. */
  pausedForMs: number;
  /** When a fresh client last had a row acknowledged. */
  lastFreshWriteMs: number;
  /** How many promotions there were. */
  reigns: number;
  readonly setup: Setup;
  timings: Timings;
  readonly queue: EventQueue;
  readonly noise: Noise;
  readonly hosts: readonly Host[];
  readonly network: Network;
  readonly store: Store;
  readonly trace: Trace;
  observer: Observer;
  /** Told of every operation of every agent; faults that hit a certain step hang here. */
  operation(host: Host, kind: string, point: OperationPoint): void;
};
