import { expect, test } from 'vitest';
import { createAuthenticator } from '../../../../control-plane/src/adapters/tokens/authenticator.ts';

const nobody = { user: async () => null };
const authenticator = createAuthenticator(nobody, async (cluster) => (cluster === 'demo' ? 'shared' : null));

test("the agents' token counts for its own cluster only", async () => {
  expect(await authenticator.isAgentOf('demo', 'shared')).toBe(true);
  expect(await authenticator.isAgentOf('demo', 'share')).toBe(false);
  expect(await authenticator.isAgentOf('other', 'shared')).toBe(false);
});
