import type * as z from 'zod';
import type { Problem } from '../errors.ts';
import type { FactRequest } from '../facts/fact-source.ts';
import type { PresentFile } from '../file-diff.ts';
import type { PendingVerb } from '../pending.ts';
import type { RemoteCommand } from '../remote-command.ts';

/** Text of a file with secret tokens in it, and the hash of the bytes it becomes on the host. */
export type SealedText = { readonly text: string; readonly sha256: string };

/** A large file sent by content hash: read from the control machine, transferred only where a host lacks it. */
export type Blob = { readonly sha256: string; readonly sizeBytes: number; readonly localPath: string };

/** One effect on a host. Effects of a stage run in order in one batch; the first failure stops the batch. */
export type Change = {
  readonly summary: string;
  readonly command: RemoteCommand;
  /** Blobs that must lie at `blobPath(sha256)` on the host before the command runs. */
  readonly blobs?: readonly Blob[];
  /** Certificate to issue: its key and certificate replace the tokens `cert-key` and `cert-pem` of this change's command. */
  readonly certificate?: CertificateRequest;
  /** What it writes into a file, for `--diff`. */
  readonly file?: FilePreview;
  /** File or link it puts something else into the place of: put back when a unit does not come back on it. */
  readonly replaces?: string;
  /** The unit it makes act. */
  readonly acts?: { readonly unit: string; readonly verb: 'start' | PendingVerb };
};

/** A file, or the managed part of one, as it will be; `text` may hold secret tokens. */
export type FilePreview = {
  readonly path: string;
  readonly text: string;
  /** What is there now, where the facts tell; absent = only the host knows. */
  readonly present?: PresentFile;
  /** Its owner alone may read it, now or then. */
  readonly restricted: boolean;
};

/** What a leaf certificate must say. `usages` always hold serverAuth and clientAuth. */
export type CertificateRequest = {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
};

export type Diff =
  /** Going on would harm a live cluster; the run stops before any change. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'noop'; readonly reason: string }
  | { readonly kind: 'change'; readonly changes: readonly Change[]; readonly summary: string };

/** Reads a fact the step asked for; throws a plain Error when it did not ask. */
export type FactReader = <T>(source: string, key: string) => T;

/** What a kind may know beside its own settings when it compares. */
export type DiffContext = {
  readonly fact: FactReader;
  /** A unit's pending verb: set when an earlier step of this stage changes something it depends on, or a failed run left it. */
  readonly pending: (unit: string) => PendingVerb | null;
};

/**
 * A kind of step: a schema of its settings, the facts it needs, and the comparison. All pure; the same `diff`
 * serves preview, apply, verify and drift.
 */
export type StepKind<S> = {
  readonly kind: string;
  readonly schema: z.ZodType<S>;
  /**
   * Settings that name a secret (or map words to names of secrets): the schema gets each name replaced by the
   * `SealedText` of the secret's token, so that a value can be compared by its hash.
   */
  readonly sealed?: readonly string[];
  /** Facts by identity only: must not depend on rendered content or on live roles. */
  facts(settings: S): readonly FactRequest[];
  diff(settings: S, context: DiffContext): Diff;
};
