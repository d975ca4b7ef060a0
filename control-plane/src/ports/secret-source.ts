import type { SecretLookup } from '../core/secret.ts';

/** The look-up with the names it knows, of the cluster and of the user's own: what a masker is built from. */
export type Secrets = SecretLookup & { readonly names: readonly string[] };

/** The secrets of one cluster. */
export type SecretSource = {
  /**
   * Loads the cluster's secrets and returns their look-up.
   * `clusterExists` = some host carries a NetVis marker: then nothing is generated, and a file that is missing, cannot be
   * deciphered, or lacks a name is NV_SECRETS_MISSING (names of `laterSecretNames` are added to a file that is there);
   * else the missing ones are generated and the file is written (0600) before any use. A file that cannot be deciphered is never overwritten.
   * NV_SECRETS_IDENTITY when the age identity is missing for an existing file, readable by others, or beside the file.
   * NV_SECRET_INVALID when a given value cannot be used.
   */
  load(clusterExists: boolean): Promise<Secrets>;
};
