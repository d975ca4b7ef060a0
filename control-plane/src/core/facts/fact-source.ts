import type { CommandOutput, RemoteCommand } from '../remote-command.ts';

/**
 * A source reads many things of one sort in one command: all files a host's steps ask for cost one `stat` and one
 * `sha256sum`, not one process each. Adding a source: one file here, one line in `fact-sources.ts`.
 */
export type FactSource<T> = {
  readonly name: string;
  /** The command that reads all `keys` (sorted, unique, at least one). It must not change the host. */
  command(keys: readonly string[]): RemoteCommand;
  /** The value of every key; a key the host knows nothing of gets the source's own "absent" value. Pure. */
  parse(output: CommandOutput, keys: readonly string[]): ReadonlyMap<string, T>;
};

/** What a step wants to know: a key of a source. */
export type FactRequest = { readonly source: string; readonly key: string };

/** The facts of one host as plain JSON: source → key → value. Holds no secret. */
export type HostFacts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
