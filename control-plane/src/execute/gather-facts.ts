import type { FactRequest, HostFacts } from '../core/facts/fact-source.ts';
import { buildFactsScript, parseFactsOutput } from '../core/facts/facts-script.ts';
import type { RemoteHost } from '../ports/remote-host.ts';

const factsTimeoutMs = 60_000;

/** Reads all requested facts of a host in one round trip. Rejects as `RemoteHost.run`. */
export async function gatherFacts(remote: RemoteHost, requests: readonly FactRequest[]): Promise<HostFacts> {
  if (requests.length === 0) return {};
  return parseFactsOutput(await remote.run(buildFactsScript(requests), { timeoutMs: factsTimeoutMs }), requests);
}
