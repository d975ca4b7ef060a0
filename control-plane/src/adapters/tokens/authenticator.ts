import type { Authenticator } from '../../ports/authenticator.ts';
import { sameToken } from './token-entries.ts';
import type { TokenFile } from './token-file.ts';

/** Users by the tokens file, agents by their cluster's `agent-token`; `agentToken` gives null for a cluster nobody knows. */
export function createAuthenticator(users: TokenFile, agentToken: (cluster: string) => Promise<string | null>): Authenticator {
  return {
    user: users.user,
    async isAgentOf(cluster, token) {
      const expected = await agentToken(cluster);
      return expected !== null && sameToken(expected, token);
    },
  };
}
