/** Starts and kills this host's PostgreSQL as a whole: a systemd unit on hosts. */
export type ServerProcess = {
  /** Hands the start over without waiting for the server to accept sessions. Rejects with the reason where that fails. */
  start(): Promise<void>;
  /** Whether what `start` was asked for has ended, or never came up. Rejects where nobody can tell. */
  hasEnded(): Promise<boolean>;
  /** Sends SIGKILL to every process of the server at once. Rejects where no way to do that works. */
  killAll(): Promise<void>;
};
