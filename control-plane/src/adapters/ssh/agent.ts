import type { BaseAgent } from 'ssh2';
import ssh2 from 'ssh2';
import { within } from './deadline.ts';

/** An ssh-agent that answered, and how many keys it holds. */
export type LiveAgent = { readonly agent: BaseAgent; readonly keyCount: number };

const answerTimeoutMs = 2000;

/**
 * Asks the agent for its keys beforehand: the SSH library ends the whole login when the agent of one attempt fails.
 * `null` when nothing answers at the socket.
 */
export async function findAgent(socket: string): Promise<LiveAgent | null> {
  const agent = ssh2.createAgent(socket);
  const keys = new Promise<number>((resolve, reject) => {
    agent.getIdentities((error, found) => (error ? reject(error) : resolve(found?.length ?? 0)));
  });
  return within(answerTimeoutMs, () => new Error('no answer'), keys).then(
    (keyCount) => ({ agent, keyCount }),
    () => null,
  );
}
