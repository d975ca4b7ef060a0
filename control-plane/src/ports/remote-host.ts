import type { CommandOutput, RemoteCommand } from '../core/remote-command.ts';
import type { Blob } from '../core/steps/step-kind.ts';

/** One host reached over SSH as root (or through sudo). Every call has a deadline of its own. */
export type RemoteHost = {
  readonly name: string;
  /**
   * Runs a command by `/bin/sh` as root; the text goes over standard input, never over an argument. Secret tokens are
   * revealed here. Resolves for any exit code. `onLine` gets each line of stdout as it comes.
   * Rejects with NV_SSH_UNREACHABLE, NV_SSH_AUTH, NV_SSH_HOST_KEY, NV_SSH_TIMEOUT, NV_SSH_LOST or NV_SUDO.
   */
  run(command: RemoteCommand, options: { timeoutMs: number; onLine?: (line: string) => void }): Promise<CommandOutput>;
  /** Puts a blob at `blobPath(sha256)` on the host, whole or not at all. Rejects as `run`. */
  upload(blob: Blob, options: { timeoutMs: number }): Promise<void>;
  /** Closes the connection; safe to call twice. */
  close(): Promise<void>;
};

/** Gives the connection of a host, made at first use. */
export type RemoteHosts = {
  get(host: string): RemoteHost;
  closeAll(): Promise<void>;
};
