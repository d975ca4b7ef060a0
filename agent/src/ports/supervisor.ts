/** Whoever restarts this process when it hangs. Never rejects and never waits; where nobody supervises, nothing happens. */
export type Supervisor = {
  /** From now on this process does its work. */
  ready(): void;
  /** The process goes round; without this for the unit's WatchdogSec it is ended. */
  alive(): void;
  close(): void;
};
