import type { SecretLookup } from '../core/secret.ts';
import type { CertificateRequest, SealedText } from '../core/steps/step-kind.ts';

/** A leaf certificate with its key, both PEM. */
export type IssuedCertificate = { readonly keyPem: string; readonly certPem: string };

/** The secrets of a run: before `unlock` only those that are given already (such as a sudo password) can be looked up. */
export type RunSecrets = {
  readonly lookup: SecretLookup;
  /** Loads or, for a new cluster, generates all secrets. Rejects as `SecretSource.load`. */
  unlock(clusterExists: boolean): Promise<void>;
  /** For a preview of a new cluster: unknown secrets get a placeholder value; nothing is generated or written. */
  usePlaceholders(): void;
  seal(text: string): SealedText;
  /** Text that may leave the process: every secret's value replaced. */
  mask(text: string): string;
  issue(request: CertificateRequest): Promise<IssuedCertificate>;
};
