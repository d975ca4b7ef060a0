/** Time for the shell around core. */
export type Clock = {
  /** Milliseconds on a clock that never steps. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
  /** Wall clock as ISO 8601, for records only. */
  nowIso(): string;
};
