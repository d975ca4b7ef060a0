import type { SecretLookup } from '../core/secret.ts';

/** Names of the secrets every cluster has; each can also be given as NETVIS_SECRET_<NAME> in the environment. */
export const secretNames = ['postgres', 'postgres-replication', 'redis', 'jwt', 'vrrp', 'ca-key', 'ca-cert', 'agent-token'] as const;

/** The secrets of one cluster. */
export type SecretSource = {
  /**
   * Loads the cluster's secrets and returns their look-up.
   * `clusterExists` = some host carries a NetVis marker: then nothing is generated and a missing or undecipherable
   * file is NV_SECRETS_MISSING; else the missing ones are generated and the file is written (0600) before any use.
   * NV_SECRETS_IDENTITY when the age identity is missing for an existing file, readable by others, or beside the file.
   */
  load(clusterExists: boolean): Promise<SecretLookup>;
};
