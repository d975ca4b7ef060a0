import type { FactRequest, HostFacts } from '../core/facts/fact-source.ts';
import { buildFactsScript, parseFactsOutput } from '../core/facts/facts-script.ts';
import type { RemoteHost } from '../ports/remote-host.ts';
import { inTurn, lockWaitSeconds, parseTurn } from './batch-script.ts';

const factsTimeoutMs = 60_000;

/** Reads all requested facts of a host in one round trip. Rejects as `RemoteHost.run`. */
export async function gatherFacts(remote: RemoteHost, requests: readonly FactRequest[]): Promise<HostFacts> {
  if (requests.length === 0) return {};
  return parseFactsOutput(await remote.run(buildFactsScript(requests), { timeoutMs: factsTimeoutMs }), requests);
}

/** The facts once no batch is at work on the host, and the host's turn they were read in; null when one goes on and on. */
export async function gatherFactsInTurn(
  remote: RemoteHost,
  requests: readonly FactRequest[],
): Promise<{ readonly facts: HostFacts; readonly turn: string } | null> {
  const timeoutMs = factsTimeoutMs + lockWaitSeconds * 1000;
  const output = await remote.run(inTurn(buildFactsScript(requests)), { timeoutMs });
  const turn = parseTurn(output.stdout);
  return turn === null ? null : { facts: parseFactsOutput(output, requests), turn };
}
