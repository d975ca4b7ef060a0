import type { Principal } from '../core/access.ts';

/** Tells whose a bearer token is. */
export type Authenticator = {
  /** The owner of a token; null = nobody. */
  user(token: string): Promise<Principal | null>;
  /** Whether this is the token the agents of a cluster share; false for a cluster nobody knows. */
  isAgentOf(cluster: string, token: string): Promise<boolean>;
};
