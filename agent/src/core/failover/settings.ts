/** What the configuration fixes for this node. */

export type Timings = {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly requestBudgetMs: number;
  /** The agent kills PostgreSQL this long after the send of the last confirmed write, netvis-guard this long after it. */
  readonly agentStopMs: number;
  readonly guardKillMs: number;
  readonly standbyGoneMs: number;
};

export type Settings = {
  readonly timings: Timings;
  /** `availability` goes on alone when the last member is gone; `protection` lets commits wait. */
  readonly mode: 'availability' | 'protection';
  /** Every host with the postgres role, this one included. */
  readonly hosts: readonly string[];
  /** How many members are wanted; the default is 1. */
  readonly wantedMembers: number;
};
